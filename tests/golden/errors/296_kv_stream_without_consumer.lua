local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { stream = { batch = 10 } }
traffic "t" { to = f, rate = "1/s" }
