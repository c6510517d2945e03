local f = fn "f" { }
alb "lb" { f, tiemout = "5s" }
