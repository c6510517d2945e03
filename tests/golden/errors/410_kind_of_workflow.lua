local w = workflow "w" { kind = "expres", states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
