fn "f" { provisioned = { { at = "8h", n = 3 }, 5 } }
