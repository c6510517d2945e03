fn "f" { timeout = "30s", init = "3s", handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "10/s" }
simulate { warmup = "15s", duration = "1min" }
