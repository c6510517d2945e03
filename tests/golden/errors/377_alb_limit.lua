local f = fn "f" { }
alb "lb" { ["GET /a"] = { f, limit = "5/s" } }
