local n = 0
local f = fn "f" {
  handler = function(r)
    n = n + 1
    if n % 2 == 0 then r:cpu "1ms" else r:cpu "2ms" end
  end,
}
