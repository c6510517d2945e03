local f = fn "f" { }
local w = workflow "w" { states = { { map = { max = 10, states = { { task = f } } } } } }
traffic "t" { to = w, rate = "1/s" }
