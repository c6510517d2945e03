fn "f" { handler = function(r) r:respond(99) end }
