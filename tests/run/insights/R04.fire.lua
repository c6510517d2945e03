fn "f" { timeout = "10s", handler = function(r) r:wait(lognormal { p50 = "500ms", p99 = "5s" }) end }
traffic "users" { to = "f", rate = "20/s", timeout = "1s" }
simulate { duration = "1min" }
