external "carrier" {
  latency = "450ms",
  burst = 20,
}
