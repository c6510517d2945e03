fn "f" { handler = function(r) r:wait(exponential "20ms") end }
traffic "users" { to = "f", rate = "10/s" }
slo { "f.latency.p99 < 1s" }
simulate { duration = "1min" }
