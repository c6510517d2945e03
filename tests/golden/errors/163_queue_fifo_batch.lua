local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, fifo = true, groups = 10, visibility = "60s", batch = 50, window = "1s" }
