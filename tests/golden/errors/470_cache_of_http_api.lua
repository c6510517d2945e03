local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, cache = { hit = "80%" } },
}
