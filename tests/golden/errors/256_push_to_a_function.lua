fn "f" { handler = function(r) r:cpu "1ms" end }
fn "g" { handler = function(r) r:push "f" end }
traffic "t" { to = "g", rate = "1/s" }
