fn "f" { handler = function(r) r:cpu "-1ms" end }
