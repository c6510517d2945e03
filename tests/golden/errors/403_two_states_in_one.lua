local f = fn "f" { }
local w = workflow "w" { states = { { task = f, wait = "5s" } } }
traffic "t" { to = w, rate = "1/s" }
