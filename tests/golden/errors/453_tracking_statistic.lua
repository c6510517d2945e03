fn "f" { provisioned = { min = 2, max = 9, statistic = "p99" } }
