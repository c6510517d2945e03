stream "s" { retention = "12h" }
traffic "t" { to = "s", rate = "1/s" }
