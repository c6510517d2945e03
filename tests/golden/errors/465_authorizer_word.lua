local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, authorizer = { f, users = 10 } },
}
