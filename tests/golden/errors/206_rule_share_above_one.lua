local f = fn "f" { handler = function(r) r:cpu "1ms" end }
bus "events" {
  rules = { { share = 3, to = f } },
}
