service "shop" { health = "soon" }
