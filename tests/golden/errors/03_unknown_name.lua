local f = fn "f" {
  handler = function(r)
    r:cpu "1ms"
    r:call "to-lable"
  end,
}
fn "to-label" { }
