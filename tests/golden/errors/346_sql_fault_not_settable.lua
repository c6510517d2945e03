local orders = sql "orders" { max_acu = 4 }
at "5min" { target = orders, set = { max_acu = 8 } }
