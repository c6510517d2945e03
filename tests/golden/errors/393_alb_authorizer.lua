local f = fn "f" { handler = function(r) r:cpu "1ms" end }
alb "lb" { ["GET /"] = { f, authorizer = f } }
traffic "t" { to = "lb", rate = "1/s" }
