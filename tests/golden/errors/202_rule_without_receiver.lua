local f = fn "f" { handler = function(r) r:cpu "1ms" end }
bus "events" {
  rules = { { to = f }, { share = 0.5 } },
}
