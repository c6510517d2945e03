fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { consumer = "f", window = "6min" }
traffic "t" { to = "s", rate = "1/s" }
