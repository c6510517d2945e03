external "carrier" {
  errors = "120%",
}
