service "shop" { start = 45 }
