fn "f" { init = lognormal { p50 = "90ms", p99 = "2MB" } }
