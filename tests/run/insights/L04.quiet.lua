fn "f" { timeout = "30s", provisioned = 2, handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "4/s" }
simulate { duration = "20min" }
