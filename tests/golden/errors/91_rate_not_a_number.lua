local f = fn "f" { }
traffic "t" { to = f, rate = "nan/s" }
