fn "work" { handler = function(r) r:wait "20ms" r:records(function(m) m:wait "5ms" end) end }
queue "jobs" { consumer = "work", batch = 10, window = "1s" }
traffic "shop" { to = "jobs", rate = "50/s" }
simulate { duration = "1min" }
