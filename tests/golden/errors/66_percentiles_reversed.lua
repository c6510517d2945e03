fn "f" { init = lognormal { p50 = "700ms", p99 = "90ms" } }
