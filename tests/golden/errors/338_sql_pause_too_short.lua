sql "orders" {
  min_acu = 0,
  pause_after = "1min",
}
