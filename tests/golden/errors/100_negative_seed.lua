local f = fn "f" { }
traffic "t" { to = f, rate = "1/s" }
simulate { duration = "1min", seed = -1 }
