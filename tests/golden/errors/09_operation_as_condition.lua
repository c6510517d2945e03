local g = fn "g" { }
local f = fn "f" {
  handler = function(r)
    if r:call(g) then r:cpu "1ms" else r:cpu "9ms" end
  end,
}
