account { concurrency = 100 }
fn "f" { timeout = "30s", init = "0ms", first_run = "0ms", handler = function(r) r:wait "950ms" end }
traffic "users" { to = "f", rate = "10/s", arrivals = "uniform" }
simulate { duration = "1min" }
