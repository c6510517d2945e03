scenario "e" { }
local f = fn "f" { memroy = "512MB", handler = function(r) r:cpu "1ms" end }
