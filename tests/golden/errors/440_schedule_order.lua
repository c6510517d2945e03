fn "f" {
  provisioned = { { at = "8h", n = 3 }, { at = "7h", n = 5 } },
}
