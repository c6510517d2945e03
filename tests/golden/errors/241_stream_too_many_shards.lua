stream "s" { shards = 20001 }
traffic "t" { to = "s", rate = "1/s" }
