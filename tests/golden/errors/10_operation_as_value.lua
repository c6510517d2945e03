local g = fn "g" { }
fn "f" {
  handler = function(r)
    local answer = r:call(g)
    r:respond(answer)
  end,
}
