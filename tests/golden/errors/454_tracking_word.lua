fn "f" { provisioned = { min = 2, max = 9, cooldown = "1min" } }
