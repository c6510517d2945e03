local f = fn "f" { handler = function(r) r:cpu "1ms" end }
local web = http_api "web" { ["GET /hello"] = f }
traffic "t" { to = web "GET /helo", rate = "1/s" }
