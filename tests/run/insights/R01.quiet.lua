external "bank" { latency = "20ms", errors = "60%" }
traffic "users" { to = "bank", rate = "30/s", timeout = "1s", retry = { retries = 3, budget = "10%" } }
simulate { duration = "1min" }
