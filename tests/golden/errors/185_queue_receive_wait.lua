queue "q" { receive_wait = "0s" }
