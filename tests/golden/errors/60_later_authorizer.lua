local f = fn "f" { handler = function(r) r:cpu "1ms" end }
http_api "web" {
  ["GET /"] = { f, authorizer = f },
}
