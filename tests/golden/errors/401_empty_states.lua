local w = workflow "w" { states = { } }
traffic "t" { to = w, rate = "1/s" }
