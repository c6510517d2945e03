local f = fn "f" { handler = function(r) r:get "db" end }
cache "db" { ttl = "1min", keys = 10, storage = "1GB" }
traffic "t" { to = f, rate = "1/s" }
