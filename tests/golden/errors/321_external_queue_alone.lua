external "carrier" {
  latency = "450ms",
  queue = 50,
}
