sql "orders" {
  min_acu = 8,
  max_acu = 4,
}
