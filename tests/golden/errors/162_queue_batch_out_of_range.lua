local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, batch = 20000, window = "1s" }
