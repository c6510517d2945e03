fn "f" { provisioned = { min = 2, target = "70%" } }
