local q = queue "q" { }
fn "f" { handler = function(r) r:send(q, { n = 1e9 }) end }
