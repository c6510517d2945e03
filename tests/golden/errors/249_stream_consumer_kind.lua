stream "other" {}
stream "s" { consumer = "other" }
traffic "t" { to = "s", rate = "1/s" }
