fn "f" { handler = function(r) r:get "db" end }
