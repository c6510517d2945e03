external "back" { latency = exponential "10ms", concurrency = 1, queue = 20 }
traffic "users" { to = "back", rate = "70/s", timeout = "500ms", retry = { retries = 1 } }
simulate { duration = "2min", warmup = "10s" }
