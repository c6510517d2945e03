local f = fn "f" { handler = function(r) r:cpu "1ms" end }
bus "events" {
  rules = { { share = 1, match = { tier = "gold" }, to = f } },
}
traffic "t" { to = "events", rate = "1/s", attrs = { tier = { gold = 1, free = 9 } } }
