sql "orders" {
  proxy = { borow_timeout = "10s" },
}
