kv "db" { mode = "provisioned", rcu = 10, wcu = 50 }
fn "f" { handler = function(r) r:put("db", { retries = 0 }) end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "2min" }
