fn "f" { handler = function(r) fn "g" { } end }
