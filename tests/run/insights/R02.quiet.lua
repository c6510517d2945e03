external "back" { latency = exponential "10ms", concurrency = 1 }
traffic "users" { to = "back", rate = "70/s", timeout = "500ms", retry = { retries = 0 } }
at "30s" { target = "back", latency = "x20", lasts = "8s" }
simulate { duration = "2min", warmup = "10s" }
