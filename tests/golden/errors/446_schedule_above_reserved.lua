fn "f" {
  reserved = 10, provisioned = { { at = "8h", n = 3 }, { at = "20h", n = 11 } },
}
