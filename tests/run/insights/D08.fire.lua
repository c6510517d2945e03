sql "db" { min_acu = 1, max_acu = 4, max_connections = 30 }
fn "f" { timeout = "30s", handler = function(r) r:exec "db" r:wait "1s" end }
traffic "users" { to = "f", rate = "24/s" }
simulate { duration = "1min" }
