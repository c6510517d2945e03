local f = fn "f" { handler = function(r) r:get "db" end }
kv "db" {  }
traffic "t" { to = f, rate = "1/s" }
at "1min" { target = "db", set = { wcu = 4 } }
