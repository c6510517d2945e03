fn "f" { }
local s = ("x"):rep(1e12)
