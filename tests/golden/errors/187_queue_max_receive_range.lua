queue "dead" { }
queue "q" { dlq = "dead", max_receive = 2000 }
