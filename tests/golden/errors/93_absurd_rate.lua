local f = fn "f" { }
traffic "t" { to = f, rate = "1e12/s" }
