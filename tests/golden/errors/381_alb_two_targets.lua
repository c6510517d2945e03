local f = fn "f" { }
local g = fn "g" { }
alb "lb" { f, g }
