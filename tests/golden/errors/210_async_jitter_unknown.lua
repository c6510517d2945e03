fn "f" {
  async_jitter = "ful",
}
