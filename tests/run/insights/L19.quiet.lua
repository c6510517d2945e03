external "inner" { latency = "200ms" }
fn "outer" { handler = function(r) r:wait "50ms" r:call "inner" end }
traffic "users" { to = "outer", rate = "20/s" }
simulate { duration = "1min" }
