local f = fn "f" { handler = function(r) r:cpu "1ms" end }
local b = bus "events" {
  rules = { { match = { teir = "gold" }, to = f } },
}
traffic "t" { to = b, rate = "1/s", attrs = { tier = { gold = 0.1, silver = 0.9 } } }
