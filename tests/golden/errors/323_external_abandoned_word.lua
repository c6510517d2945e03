external "carrier" {
  concurrency = 10,
  abandoned = "discard",
}
