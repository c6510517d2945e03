local f = fn "f" { handler = function(r) r:cpu "1ms" end }
bus "events" {
  rules = { { match = { tier = true }, to = f } },
}
