local f = fn "f" { timeout = "10s" }
local q = queue "q" { consumer = f, visibility = "60s" }
at "1min" { target = q, set = { visibility = "5s" } }
