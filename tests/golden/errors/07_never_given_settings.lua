scenario "e" { }
local f = fn "checkout"
