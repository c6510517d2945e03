local dlq = queue "dead" { }
queue "q" { fifo = true, dlq = dlq }
