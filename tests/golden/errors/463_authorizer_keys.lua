local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, authorizer = { f, keys = 20000000 } },
}
