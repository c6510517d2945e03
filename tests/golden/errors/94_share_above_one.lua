fn "f" { handler = function(r) r:maybe(1.5, function(b) b:cpu "1ms" end) end }
