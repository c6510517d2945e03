local f = fn "f" { handler = function(r) r:read("b", { key = "a" }) end }
bucket "b" {  }
traffic "t" { to = f, rate = "1/s" }
