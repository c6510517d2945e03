sql "orders" {
  proxy = { borrow_timeout = "2h" },
}
