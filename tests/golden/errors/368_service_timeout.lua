service "shop" { timeout = "0s" }
