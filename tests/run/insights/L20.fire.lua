fn "f" { memory = "1024MB", handler = function(r) r:cpu "1ms" r:wait "200ms" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
