fn "f" { init = "2s", keep_alive = "5s", handler = function(r) r:wait "50ms" end }
traffic "users" { to = "f", rate = "0.1/s" }
simulate { duration = "1h" }
