fn "work" { timeout = "1s", handler = function(r) r:maybe(0, function(b) b:fail() end) end }
queue "dead" { }
queue "jobs" { consumer = "work", batch = 1, visibility = "1s", max_receive = 2, dlq = "dead" }
traffic "shop" { to = "jobs", rate = "10/s" }
simulate { duration = "2min" }
