fn "f" { runtime = "nodejs99" }
