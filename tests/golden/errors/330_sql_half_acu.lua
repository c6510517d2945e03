sql "orders" {
  min_acu = 0.7,
  max_acu = 4,
}
