fn "f" { handler = function(r) r:cpuu "1ms" end }
