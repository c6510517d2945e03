local f = fn "f" { handler = function(r) r:cpu "1ms" end }
traffic "t" { to = f, rate = "5/s" }
simulate {
  duration = "1h",
  warmup = "2h",
}
