local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { split_after = "0s" }
traffic "t" { to = f, rate = "1/s" }
