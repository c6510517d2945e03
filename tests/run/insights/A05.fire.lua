fn "check" { handler = function(r) r:wait "20ms" end }
fn "f" { handler = function(r) r:wait "5ms" end }
http_api "api" { ["GET /x"] = { "f", authorizer = { "check", ttl = "0s", keys = 100 } } }
traffic "crowd" { to = "api GET /x", rate = "50/s" }
simulate { duration = "30s" }
