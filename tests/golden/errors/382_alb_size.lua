local f = fn "f" { }
alb "lb" { f, size = "2GB" }
