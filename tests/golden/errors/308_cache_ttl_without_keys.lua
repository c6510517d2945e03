local f = fn "f" { handler = function(r) r:get "db" end }
cache "db" { ttl = "1min" }
traffic "t" { to = f, rate = "1/s" }
