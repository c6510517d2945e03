local f = fn "f" { }
traffic "t" { to = "u", rate = "1/s" }
traffic "u" { to = f, rate = "1/s" }
