local n = param("n", 300, { min = 1, max = 200 })
fn "f" { provisioned = n }
