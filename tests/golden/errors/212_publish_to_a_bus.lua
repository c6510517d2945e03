local b = bus "events" { }
fn "f" { handler = function(r) r:publish(b) end }
