local f = fn "f" { handler = function(r) r:query "c" end }
cache "c" { hit = "80%" }
traffic "t" { to = f, rate = "1/s" }
