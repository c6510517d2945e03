fn "c" { handler = function(r) r:cpu "1ms" end }
fn "b" { handler = function(r) r:cpu "1ms" r:call "c" end }
fn "a" { handler = function(r) r:cpu "1ms" r:call "b" end }
traffic "users" { to = "a", rate = "20/s" }
simulate { duration = "1min" }
