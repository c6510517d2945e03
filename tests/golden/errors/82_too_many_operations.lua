fn "f" {
  handler = function(r)
    for i = 1, 1e6 do
      r:cpu "1ms"
    end
  end,
}
