local f = fn "f" { }
traffic "t" { to = f, rate = (1 / 0) .. "/s" }
