fn "inner" { handler = function(r) r:wait "200ms" end }
fn "outer" { handler = function(r) r:wait "50ms" r:call "inner" end }
traffic "users" { to = "outer", rate = "20/s" }
simulate { duration = "1min" }
