external "bank" { latency = "20ms" }
traffic "users" { to = "bank", rate = "20/s" }
simulate { duration = "1min" }
