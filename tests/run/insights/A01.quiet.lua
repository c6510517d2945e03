fn "f" { handler = function(r) r:wait "5ms" end }
http_api "api" { limit = "100/s", ["GET /all"] = { "f", limit = "60/s" }, ["POST /one"] = "f" }
traffic "crowd" { to = "api GET /all", rate = spike { base = "30/s", peak = "300/s", at = "10s", lasts = "10s" } }
traffic "buyers" { to = "api POST /one", rate = "20/s" }
simulate { duration = "40s" }
