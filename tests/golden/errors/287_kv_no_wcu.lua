local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { mode = "provisioned", rcu = 100, wcu = 0 }
traffic "t" { to = f, rate = "1/s" }
