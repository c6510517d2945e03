fn "checkout" { }
traffic "t" { to = "checkout", rate = "1/s" }
slo { "chekout.latency.p99 < 2s" }
