local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { mode = "provisioned", rcu = 100, wcu = 100, max_wcu = 1000 }
traffic "t" { to = f, rate = "1/s" }
