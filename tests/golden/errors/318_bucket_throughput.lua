local f = fn "f" { handler = function(r) r:read "b" end }
bucket "b" { throughput = "1B" }
traffic "t" { to = f, rate = "1/s" }
