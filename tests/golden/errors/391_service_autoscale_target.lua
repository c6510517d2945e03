service "shop" { autoscale = { target = "120%", min = 1, max = 10 } }
