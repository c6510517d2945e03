sql "orders" {
  max_acu = 16,
  scale_step = "0%",
}
