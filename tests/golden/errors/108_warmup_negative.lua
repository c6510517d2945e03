local f = fn "f" { }
simulate { duration = "1min", warmup = "-1s" }
