fn "a" {
  reserved = 5,
  provisioned = 6,
}
