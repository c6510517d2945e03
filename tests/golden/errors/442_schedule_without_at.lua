fn "f" { provisioned = { { n = 3 } } }
