local w = workflow "w" { overhead = 20, states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
