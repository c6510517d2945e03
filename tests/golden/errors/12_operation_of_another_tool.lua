fn "f" { handler = function(r) r:sleep "1ms" end }
