local f = fn "f" {
  memory = "512MB",
  runtime = "nodejs99",
  handler = function(r) r:cpu "1ms" end }
traffic "t" { to = f, rate = "4/s" }
