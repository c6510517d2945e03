account { concurrency = 10 }
fn "work" { timeout = "10s", handler = function(r) r:wait "5s" end }
queue "dead" { }
queue "jobs" { consumer = "work", batch = 1, visibility = "10min", max_receive = 5, dlq = "dead" }
traffic "shop" { to = "jobs", rate = "10/s" }
simulate { duration = "2min" }
