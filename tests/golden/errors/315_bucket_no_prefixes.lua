local f = fn "f" { handler = function(r) r:read "b" end }
bucket "b" { prefixes = 0 }
traffic "t" { to = f, rate = "1/s" }
