local w = workflow "w" { transition_rate = "0.5/s", states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
