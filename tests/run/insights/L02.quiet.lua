fn "f" { init = "800ms", keep_alive = "40s", handler = function(r) r:wait "400ms" end }
traffic "users" { to = "f", rate = "0.1/s" }
slo { "f.latency.p99 < 300ms" }
simulate { duration = "8h" }
