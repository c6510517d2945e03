topic "news" { size = "1MB" }
