local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { stream = { consumer = f, batches = 10 } }
traffic "t" { to = f, rate = "1/s" }
