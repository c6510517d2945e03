sql "orders" {
  max_connections = 0,
}
