scenario "e" { }
local f = fn "f" { timeout = 30, handler = function(r) r:cpu "1ms" end }
