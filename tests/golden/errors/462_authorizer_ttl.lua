local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, authorizer = { f, ttl = "2h", keys = 10 } },
}
