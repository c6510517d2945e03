fn "work" { timeout = "1s", handler = function(r) r:records(function(m) m:maybe(0.03, function(b) b:fail() end) end) end }
queue "jobs" { consumer = "work", batch = 10, window = "1s", visibility = "2s" }
traffic "shop" { to = "jobs", rate = "30/s" }
simulate { duration = "2min" }
