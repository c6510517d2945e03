fn "f" { handler = function(r) r:cpu "1ms" end }
stream "s" { shards = 0 }
traffic "t" { to = "s", rate = "1/s" }
