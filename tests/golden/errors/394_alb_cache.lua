local f = fn "f" { handler = function(r) r:cpu "1ms" end }
alb "lb" { ["GET /"] = { f, cache = { hit = 0.5 } } }
traffic "t" { to = "lb", rate = "1/s" }
