fn "a" { init = "300ms", keep_alive = "30s", handler = function(r) r:wait "20ms" end }
fn "b" { init = "300ms", keep_alive = "30s", handler = function(r) r:wait "20ms" end }
traffic "some" { to = "a", rate = "0.04/s" }
traffic "others" { to = "b", rate = "0.04/s" }
simulate { duration = "4h" }
