account { concurrency = 150 }
fn "report" { timeout = "60s", handler = function(r) r:wait "10s" end }
fn "api" { handler = function(r) r:wait "50ms" end }
traffic "nightly" { to = "report", rate = "5/s" }
traffic "users" { to = "api", rate = "10/s" }
simulate { duration = "2min", warmup = "20s" }
