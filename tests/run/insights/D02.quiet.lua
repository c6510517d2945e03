kv "db" { keys = 100000 }
fn "f" { handler = function(r) r:put("db", { retries = 0 }) end }
traffic "users" { to = "f", rate = "1500/s" }
simulate { duration = "4s" }
