local f = fn "f" { }
rest_api "web" {
  ["GET /"] = { f, cache = { ttl = "5min" } },
}
