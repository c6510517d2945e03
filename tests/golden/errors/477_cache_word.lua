local f = fn "f" { }
rest_api "web" {
  ["GET /"] = { f, cache = { hits = 0.5 } },
}
