local s = param("style", "macro", { one_of = { "micro", "mono" } })
fn "f" { }
