fn "f" { timeout = "1s", handler = function(r) r:wait(uniform("0ms", "980ms")) end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
