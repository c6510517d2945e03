queue "q" { high_throughput = true }
