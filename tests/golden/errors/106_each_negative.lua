fn "f" { handler = function(r) r:each(-2, function(b) b:cpu "1ms" end) end }
