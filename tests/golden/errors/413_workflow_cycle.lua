local w = workflow "w" { kind = "express", states = { { task = "f" } } }
fn "f" { handler = function(r) r:call(w) end }
traffic "t" { to = w, rate = "1/s" }
