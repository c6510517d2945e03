local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, fifo = true, groups = 10, visibility = "60s", window = "1s" }
