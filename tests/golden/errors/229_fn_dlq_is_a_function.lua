local g = fn "g" { handler = function(r) r:cpu "1ms" end }
fn "f" { dlq = g }
