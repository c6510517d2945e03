fn "f" { handler = function(r) r:wait "20ms" end }
traffic "users" { to = "f", rate = diurnal { mean = "0.05/s", peak = 2.5, peak_at = "19h" } }
simulate { duration = "6h", warmup = "30min" }
