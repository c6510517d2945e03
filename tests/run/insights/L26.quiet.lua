fn "f" { timeout = "15min", handler = function(r) r:wait "60s" end }
traffic "users" { to = "f", rate = "0.2/s" }
simulate { duration = "1h" }
