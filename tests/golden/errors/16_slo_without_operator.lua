local f = fn "f" { handler = function(r) r:cpu "1ms" end }
slo {
  "f.errors < 1%",
  "f.latency.p99 300ms",
}
