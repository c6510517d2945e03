local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, visibility = "60s", max_concurrency = 10, pollers = { min = 2, max = 10 } }
