local f = fn "f" { handler = function(r) r:get "db" end }
cache "db" { hit = "80%", ttl = "1min", keys = 10 }
traffic "t" { to = f, rate = "1/s" }
