external "carrier" {
  limit = 60,
}
