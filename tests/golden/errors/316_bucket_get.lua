local f = fn "f" { handler = function(r) r:get "b" end }
bucket "b" {  }
traffic "t" { to = f, rate = "1/s" }
