local s = service "shop" { }
fn "f" { handler = function(r) r:invoke(s) end }
