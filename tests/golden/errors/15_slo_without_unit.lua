local f = fn "f" { handler = function(r) r:cpu "1ms" end }
slo { "f.latency.p99 < 5" }
