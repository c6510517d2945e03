local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { mode = "provisioned", rcu = 100, wcu = 100, autoscale = { target = "95%", min = 10, max = 100 } }
traffic "t" { to = f, rate = "1/s" }
