local mail = fn "mail" { handler = function(r) r:cpu "1ms" end }
local web = http_api "web" { ["GET /"] = mail }
topic "news" { subscribers = { web } }
