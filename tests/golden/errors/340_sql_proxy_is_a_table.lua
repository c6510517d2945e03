sql "orders" {
  proxy = 5,
}
