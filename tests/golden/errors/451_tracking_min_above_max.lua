fn "f" { provisioned = { min = 10, max = 9 } }
