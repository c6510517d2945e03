-- latin 1: café
fn "f" { }
