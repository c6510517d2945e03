fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" {
  consumer = "f",
  batch = 10001,
}
traffic "t" { to = "s", rate = "1/s" }
