local f = fn "f" { }
alb "lb" { f, timeout = "2h" }
