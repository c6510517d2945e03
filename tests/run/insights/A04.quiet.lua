fn "f" { memory = "3GB", handler = function(r) r:wait "900ms" end }
rest_api "api" { ["GET /x"] = "f" }
traffic "crowd" { to = "api GET /x", rate = "50/s" }
simulate { duration = "30s" }
