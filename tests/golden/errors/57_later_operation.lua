fn "f" { handler = function(r) r:lua(function() end) end }
