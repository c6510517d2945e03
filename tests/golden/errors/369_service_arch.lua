service "shop" { arch = "arm" }
