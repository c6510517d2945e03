fn "f" { timeout = "30s", handler = function(r) r:wait "3s" end }
traffic "users" { to = "f", rate = "10/s" }
simulate { duration = "1min" }
