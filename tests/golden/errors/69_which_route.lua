local f = fn "f" { handler = function(r) r:cpu "1ms" end }
http_api "web" { ["GET /a"] = f, ["GET /b"] = f }
traffic "t" { to = "web", rate = "1/s" }
