fn "f" {
  handler = function(r)
    r:call(nil)
  end,
}
