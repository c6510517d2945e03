local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" { mode = "on-demand" }
traffic "t" { to = f, rate = "1/s" }
