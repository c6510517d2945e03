local f = fn "f" { handler = function(r) r:cpu "1ms" end }
slo { "f.latnecy.p99 < 2s" }
