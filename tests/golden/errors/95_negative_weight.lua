fn "f" { handler = function(r) r:choose{ { -1, function(b) b:cpu "1ms" end }, { 2, function(b) b:cpu "2ms" end } } end }
