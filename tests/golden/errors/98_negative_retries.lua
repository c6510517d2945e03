local f = fn "f" { }
traffic "t" { to = f, rate = "1/s", retry = { retries = -1 } }
