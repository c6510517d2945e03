local n = param("n", 1)
fn "f" { provisioned = n }
sweep { m = { 1, 2 } }
