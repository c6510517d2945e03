local f = fn "f" { }
local w = http_api "w" { ["GET /x"] = f }
traffic "t" { to = w "GET /x", rate = "1/s" }
at "1min" { target = w, recycle = true }
