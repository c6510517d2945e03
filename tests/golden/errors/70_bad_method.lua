local f = fn "f" { handler = function(r) r:cpu "1ms" end }
http_api "web" {
  ["FETCH /a"] = f,
}
