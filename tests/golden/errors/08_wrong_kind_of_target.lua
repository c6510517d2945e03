local f = fn "f" { handler = function(r) r:cpu "1ms" end }
traffic "t" { to = f, rate = "1/s" }
fn "g" { handler = function(r) r:call "t" end }
