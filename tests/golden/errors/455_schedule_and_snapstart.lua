fn "f" { runtime = "java21", snapstart = true, provisioned = { { at = "8h", n = 3 } } }
