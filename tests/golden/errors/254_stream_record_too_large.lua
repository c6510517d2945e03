stream "s" { record = "11MB" }
traffic "t" { to = "s", rate = "1/s" }
