service "shop" { tasks = 0 }
