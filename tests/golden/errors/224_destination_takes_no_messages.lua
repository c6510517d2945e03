local f = fn "f" { on_failure = "web" }
http_api "web" { ["GET /"] = f }
