fn "f" { }
at "5min" { target = "f", set = { arch = "arm64" } }
