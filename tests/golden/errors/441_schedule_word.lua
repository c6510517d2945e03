fn "f" { provisioned = { { at = "8h", count = 3 } } }
