account { scaling = "1000/10s" }
fn "f" { timeout = "30s", init = "100ms", handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "60/s" }
simulate { duration = "30s" }
