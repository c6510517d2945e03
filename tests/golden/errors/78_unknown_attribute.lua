fn "f" { handler = function(r) r:when(attr "teir":is "gold", function(b) b:cpu "1ms" end) end }
traffic "t" { to = "f", rate = "1/s", attrs = { tier = { gold = 1, silver = 9 } } }
