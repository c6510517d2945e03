local memory = param("memory", "512MB")
fn "f" { memory = memory, handler = function(r) r:cpu "20ms" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
