local w = workflow "w" { transition_burst = 100, states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
