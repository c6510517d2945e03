local f = fn "f" { }
url "u" { ["GET /f"] = { f, timeout = "5s" } }
