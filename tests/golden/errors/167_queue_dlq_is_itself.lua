queue "q" { dlq = "q" }
