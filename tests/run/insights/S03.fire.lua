fn "work" { timeout = "30s", handler = function(r) r:wait "5s" end }
queue "jobs" { consumer = "work", batch = 1, visibility = "3min", max_concurrency = 2, retention = "1min" }
traffic "shop" { to = "jobs", rate = "5/s" }
simulate { duration = "3min" }
