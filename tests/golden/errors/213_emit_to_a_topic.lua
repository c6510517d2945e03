local t = topic "news" { }
fn "f" { handler = function(r) r:emit(t) end }
