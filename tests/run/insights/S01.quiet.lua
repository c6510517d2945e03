fn "work" { timeout = "30s", handler = function(r) r:wait "1s" end }
stream "clicks" { shards = 1, consumer = "work", batch = 100 }
traffic "web" { to = "clicks", rate = "20/s" }
simulate { duration = "4min" }
