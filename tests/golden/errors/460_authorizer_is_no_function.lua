local f = fn "f" { }
local t = rest_api "other" { ["GET /"] = f }
http_api "web" {
  ["GET /"] = { f, authorizer = t },
}
