bus "events" { invocations = "0/s" }
