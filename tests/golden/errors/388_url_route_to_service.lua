local s = service "shop" { }
url "u" { ["GET /s"] = s }
