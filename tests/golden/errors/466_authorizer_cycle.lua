local f = fn "f" { }
local check = fn "check" { handler = function(r) r:call("web") end }
http_api "web" {
  ["GET /"] = { f, authorizer = check },
}
