sql "orders" {
  memory = "8GB",
}
