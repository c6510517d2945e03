fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { consumer = "f", max_age = "5s" }
traffic "t" { to = "s", rate = "1/s" }
