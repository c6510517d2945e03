service "shop" { workers = 0 }
