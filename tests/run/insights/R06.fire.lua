fn "f" { handler = function(r) r:wait "20ms" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
