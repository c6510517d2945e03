local f = fn "f" { }
traffic "t" { to = f, rate = stages{ { "-1min", "5/s" } } }
