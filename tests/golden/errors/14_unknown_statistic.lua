local f = fn "f" { handler = function(r) r:cpu "1ms" end }
slo { "f.errors.p99 < 1%" }
