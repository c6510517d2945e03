kv "db" { mode = "provisioned", rcu = 10, wcu = 40 }
fn "f" { handler = function(r) r:put("db", { retries = 0 }) end }
traffic "users" { to = "f", rate = stages { { "1s", "2/s" }, { "5min", "2/s" }, { "1s", "15/s" }, { "90s", "15/s" } } }
simulate { duration = "390s" }
