local f = fn "f" { }
rest_api "web" {
  ["GET /"] = { f, cache = { ttl = "2h", keys = 100 } },
}
