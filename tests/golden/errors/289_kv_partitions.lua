local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { partitions = 20000 }
traffic "t" { to = f, rate = "1/s" }
