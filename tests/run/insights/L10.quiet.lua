external "bank" { latency = lognormal { p50 = "300ms", p99 = "2s" } }
fn "f" { timeout = "30s", handler = function(r) r:call "bank" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
