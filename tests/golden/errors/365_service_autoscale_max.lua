service "shop" { autoscale = { target = "60%", min = 1, max = 9000 } }
