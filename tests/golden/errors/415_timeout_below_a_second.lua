local w = workflow "w" { timeout = "500ms", states = { { wait = "1s" } } }
traffic "t" { to = w, rate = "1/s" }
