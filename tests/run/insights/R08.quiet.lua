kv "old" { mode = "provisioned", rcu = 100, wcu = 100 }
fn "f" { handler = function(r) r:get "old" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
