sql "orders" {
  engine = "postgresql",
}
