sql "orders" {
  max_acu = 0.5,
}
