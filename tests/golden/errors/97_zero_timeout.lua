fn "f" { timeout = "0s" }
