local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { mode = "provisioned", rcu = 100, wcu = 100 }
traffic "t" { to = f, rate = "1/s" }
at "1min" { target = "db", set = { partitions = 4 } }
