fn "f" { reserved = 10, provisioned = { min = 2, max = 50 } }
