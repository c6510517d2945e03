local f = fn "f" { handler = function(r) r:cpu "1ms" end }
bus "events" {
  rules = { { weight = 0.5, to = f } },
}
