local f = fn "f" {
  handler = function(r)
    if math.random() < 0.1 then r:fail() end
  end,
}
