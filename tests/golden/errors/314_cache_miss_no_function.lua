local f = fn "f" { handler = function(r) r:get("c", { miss = 3 }) end }
cache "c" { hit = "80%" }
traffic "t" { to = f, rate = "1/s" }
