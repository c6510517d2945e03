fn "f" { arch = "arm64", memory = "1024MB", handler = function(r) r:cpu "10ms" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "1min" }
