service "shop" { queue = -1 }
