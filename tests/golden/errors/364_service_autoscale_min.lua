service "shop" { autoscale = { target = "60%", min = 0, max = 10 } }
