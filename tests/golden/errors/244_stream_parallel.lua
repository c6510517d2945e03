fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { consumer = "f", parallel = 11 }
traffic "t" { to = "s", rate = "1/s" }
