fn "f" { dlq = "q" }
