local f = fn "f" { handler = function(r) r:get "db" end }
cache "db" { hit = 1.2 }
traffic "t" { to = f, rate = "1/s" }
