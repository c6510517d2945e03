fn "f" { reserved = 2, handler = function(r) r:wait "5ms" end }
traffic "users" { to = "f", rate = "50/s" }
simulate { duration = "30s", warmup = "5s" }
