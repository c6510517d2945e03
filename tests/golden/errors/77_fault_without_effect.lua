fn "f" { }
at "5min" { target = "f" }
