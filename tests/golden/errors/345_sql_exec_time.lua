local orders = sql "orders" { }
fn "f" { handler = function(r)
  r:exec(orders, { time = 20 })
end }
