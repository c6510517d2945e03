local w = workflow "w" { start_burst = 100, states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
