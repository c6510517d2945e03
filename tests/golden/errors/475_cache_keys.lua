local f = fn "f" { }
rest_api "web" {
  ["GET /"] = { f, cache = { keys = 20000000 } },
}
