queue "q" { max_concurrency = 10 }
