fn "a" { reserved = 600 }
fn "b" { reserved = 400 }
