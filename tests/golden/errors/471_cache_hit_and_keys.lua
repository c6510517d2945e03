local f = fn "f" { }
rest_api "web" {
  ["GET /"] = { f, cache = { hit = "80%", keys = 100 } },
}
