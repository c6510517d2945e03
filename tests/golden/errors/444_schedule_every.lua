fn "f" { provisioned = { { at = "8h", n = 3 }, { at = "1d", n = 1 }, every = "1d" } }
