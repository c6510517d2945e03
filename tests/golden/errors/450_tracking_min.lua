fn "f" { provisioned = { min = 0, max = 9 } }
