fn "f" { memory = "1769MB", handler = function(r) r:cpu "8ms" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
