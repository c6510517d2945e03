bus "events" { size = "2MB" }
