topic "news" { limit = 100 }
