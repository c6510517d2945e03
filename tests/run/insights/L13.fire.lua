fn "f" { timeout = "30s", reserved = 3, init = "100ms", handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "5/s" }
simulate { duration = "5min" }
