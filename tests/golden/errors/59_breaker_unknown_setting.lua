local f = fn "f" { handler = function(r) r:cpu "1ms" end }
traffic "t" {
  to = f, rate = "1/s",
  retry = { retries = 2, breaker = { error = "50%" } },
}
