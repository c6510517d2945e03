fn "work" { timeout = "6s", init = "0ms", handler = function(r) r:wait(uniform("1s", "5s")) end }
queue "jobs" { consumer = "work", batch = 100, window = "2s", visibility = "38s" }
traffic "shop" { to = "jobs", rate = "5/s" }
simulate { duration = "10min" }
