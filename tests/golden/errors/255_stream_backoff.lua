fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { consumer = "f", backoff = "1ms" }
traffic "t" { to = "s", rate = "1/s" }
