local f = fn "f" { handler = function(r) r:get "db" end }
cache "db" { hit = "80%", engine = "memcached" }
traffic "t" { to = f, rate = "1/s" }
