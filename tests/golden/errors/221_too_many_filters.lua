local f = fn "f" { handler = function(r) r:cpu "1ms" end }
local rules = {}
for i = 1, 201 do rules[i] = { share = 0.1, to = f } end
topic "news" { filtered = rules }
