local w = workflow "w" { states = { { fail = true } } }
traffic "t" { to = w, rate = "1/s" }
