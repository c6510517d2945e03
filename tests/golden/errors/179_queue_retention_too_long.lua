queue "q" { retention = "15d" }
