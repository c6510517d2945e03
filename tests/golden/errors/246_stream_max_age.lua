fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { consumer = "f", max_age = "8d" }
traffic "t" { to = "s", rate = "1/s" }
