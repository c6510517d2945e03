fn "f" { init = "800ms", keep_alive = "5s", handler = function(r) r:wait "20ms" end }
traffic "users" { to = "f", rate = "0.1/s" }
simulate { duration = "2h" }
