fn "f" { timeout = "30s", provisioned = 7, handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "2/s" }
simulate { duration = "20min" }
