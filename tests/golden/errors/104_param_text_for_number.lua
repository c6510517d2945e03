local n = param("n", 3, { min = "a lot" })
fn "f" { }
