local t = topic "news" { }
fn "f" { handler = function(r) r:invoke(t) end }
