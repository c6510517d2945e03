local f = fn "f" { }
http_api "web" {
  ["GET /"] = { f, authorizer = "chek" },
}
fn "check" { }
