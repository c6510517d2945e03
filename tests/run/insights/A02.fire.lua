fn "f" { handler = function(r) r:wait "5ms" end }
http_api "api" { limit = "50/s", ["GET /x"] = "f" }
traffic "crowd" { to = "api GET /x", rate = "100/s" }
simulate { duration = "30s" }
