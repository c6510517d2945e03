fn "f" { handler = function(r) r:maybe(0.001, function(b) b:fail() end) end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
