kv "db" { mode = "provisioned", rcu = 10, wcu = 40 }
fn "f" { handler = function(r) r:put("db", { retries = 0 }) end }
traffic "users" { to = "f", rate = "10/s", arrivals = "uniform" }
simulate { duration = "3min" }
