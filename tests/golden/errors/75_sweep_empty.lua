local n = param("n", 1)
fn "f" { provisioned = n }
sweep {
  n = { },
}
