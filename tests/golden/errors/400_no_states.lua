local w = workflow "w" { kind = "express" }
traffic "t" { to = w, rate = "1/s" }
