local f = fn "f" { handler = function(r) r:cpu "1ms" end }
url "u" { ["ANY /"] = { f, authorizer = f } }
traffic "t" { to = "u", rate = "1/s" }
