local f = fn "f" { handler = function(r) r:read "db" end }
kv "db" { }
traffic "t" { to = f, rate = "1/s" }
