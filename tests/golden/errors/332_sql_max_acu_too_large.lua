sql "orders" {
  max_acu = 512,
}
