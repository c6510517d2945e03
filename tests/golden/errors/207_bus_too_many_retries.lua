bus "events" {
  retries = 200,
}
