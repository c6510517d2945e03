fn "f" { provisioned = { { at = "8h", n = 2000000 } } }
