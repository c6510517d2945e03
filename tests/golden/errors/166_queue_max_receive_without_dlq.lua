local f = fn "f" { timeout = "10s" }
queue "q" { consumer = f, visibility = "60s", max_receive = 5 }
