sql "orders" {
  instance = "db.t9g.micro",
}
