stream "s" { keys = 0 }
traffic "t" { to = "s", rate = "1/s" }
