local s = service "shop" { }
at "1min" { target = s, set = { memory = "4GB" } }
