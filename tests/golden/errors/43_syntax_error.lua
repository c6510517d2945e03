fn "f" {
  memory = "512MB"
  timeout = "3s",
}
