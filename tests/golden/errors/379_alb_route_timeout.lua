local f = fn "f" { }
alb "lb" { ["GET /a"] = { f, timeout = "2h" } }
