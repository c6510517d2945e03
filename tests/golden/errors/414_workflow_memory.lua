local w = workflow "w" { kind = "express", memory = "64KB", states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
