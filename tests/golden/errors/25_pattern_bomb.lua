fn "f" { }
local s = ("a"):rep(40000)
local n = s:find((".-"):rep(8) .. "b")
