local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { item = "1MB" }
traffic "t" { to = f, rate = "1/s" }
