local mail = fn "mail" { handler = function(r) r:cpu "1ms" end }
topic "news" { subscribers = { mail, "mial" } }
