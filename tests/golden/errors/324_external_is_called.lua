local carrier = external "carrier" { }
fn "f" { handler = function(r)
  r:exec(carrier)
end }
