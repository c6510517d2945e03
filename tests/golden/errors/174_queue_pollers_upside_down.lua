local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, visibility = "60s", pollers = { min = 50, max = 10 } }
