fn "f" { }
local function g(n) return 1 + g(n + 1) end
g(1)
