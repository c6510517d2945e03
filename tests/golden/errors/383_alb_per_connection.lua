local f = fn "f" { }
alb "lb" { f, per_connection = 0 }
