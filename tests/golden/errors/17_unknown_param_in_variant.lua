local m = param("memory", "512MB")
fn "f" { memory = m }
variant "big" { memori = "1GB" }
