sql "orders" {
  min_acu = 0.5,
  pause_after = "10min",
}
