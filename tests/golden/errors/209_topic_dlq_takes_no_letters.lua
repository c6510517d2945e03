local f = fn "f" { handler = function(r) r:cpu "1ms" end }
topic "news" { subscribers = { f }, dlq = f }
