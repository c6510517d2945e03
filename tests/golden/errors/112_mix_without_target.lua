local f = fn "f" { handler = function(r) r:cpu "1ms" end }
traffic "t" { to_mix = { { 3 }, { 1, f } }, rate = "4/s" }
