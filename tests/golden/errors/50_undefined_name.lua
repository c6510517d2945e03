trafic "t" { to = "f", rate = "1/s" }
