queue "a" { dlq = "b" }
queue "b" { dlq = "c" }
queue "c" { dlq = "a" }
