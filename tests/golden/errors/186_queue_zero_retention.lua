queue "q" { retention = "10s" }
