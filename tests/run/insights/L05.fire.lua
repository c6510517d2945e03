fn "f" { timeout = "30s", provisioned = { min = 1, max = 20, target = 0.7 }, handler = function(r) r:wait "1s" end }
traffic "users" { to = "f", rate = "4/s" }
slo { "f.spill < 1%" }
simulate { duration = "10min" }
