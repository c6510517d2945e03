account { concurrency = 100 }
fn "f" { provisioned = { { at = "8h", n = 101 } } }
