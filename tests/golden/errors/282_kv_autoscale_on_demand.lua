local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { autoscale = { target = "70%", min = 10, max = 100 } }
traffic "t" { to = f, rate = "1/s" }
