local f = fn "f" { handler = function(r) r:cpu "1ms" end }
traffic "t" { to = f, rate = spike { } }
