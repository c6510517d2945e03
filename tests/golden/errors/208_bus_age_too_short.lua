bus "events" {
  max_age = "30s",
}
