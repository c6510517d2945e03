fn "f" { provisioned = { { at = "1h", n = 3 } } }
