fn "f" { handler = live(function(r) end) }
