fn "work" { timeout = "10s", reserved = 5, handler = function(r) r:wait "3s" end }
queue "dead" { }
queue "jobs" { consumer = "work", batch = 1, visibility = "10s", max_receive = 1, dlq = "dead" }
traffic "shop" { to = "jobs", rate = burst { n = 500, at = "1s" } }
simulate { duration = "8min" }
