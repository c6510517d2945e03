account { concurrency = 200 }
fn "quiet" { reserved = 100, handler = function(r) r:wait "100ms" end }
fn "busy" { timeout = "60s", handler = function(r) r:wait "10s" end }
traffic "few" { to = "quiet", rate = "1/s" }
traffic "many" { to = "busy", rate = "13/s" }
simulate { duration = "3min", warmup = "30s" }
