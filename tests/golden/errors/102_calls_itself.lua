fn "f" { handler = function(r) r:maybe(0.1, function(b) b:call "f" end) end }
