kv "db" { mode = "provisioned", rcu = 1, wcu = 29 }
fn "f" { handler = function(r) r:put "db" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "3min" }
