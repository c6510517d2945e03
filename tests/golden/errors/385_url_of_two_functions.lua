local f = fn "f" { }
local g = fn "g" { }
url "u" { ["GET /f"] = f, ["GET /g"] = g }
