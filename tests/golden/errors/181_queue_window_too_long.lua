local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, visibility = "60s", window = "10min" }
