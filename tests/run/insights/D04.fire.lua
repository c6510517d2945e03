kv "db" { }
fn "f" { handler = function(r) r:put "db" end }
traffic "users" { to = "f", rate = "20/s" }
simulate { duration = "3min" }
