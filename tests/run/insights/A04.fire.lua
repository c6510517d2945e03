fn "f" { handler = function(r) r:cpu "1ms" end }
rest_api "api" { ["GET /x"] = "f" }
traffic "crowd" { to = "api GET /x", rate = "50/s" }
simulate { duration = "30s" }
