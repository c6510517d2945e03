fn "work" { timeout = "30s", handler = function(r) r:wait "1s" end }
queue "jobs" { consumer = "work", batch = 1, visibility = "3min", max_concurrency = 5 }
traffic "shop" { to = "jobs", rate = "10/s" }
simulate { duration = "5min" }
