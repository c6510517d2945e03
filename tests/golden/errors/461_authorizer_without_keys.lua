local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, authorizer = { f, ttl = "5min" } },
}
