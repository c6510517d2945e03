sql "orders" {
  instance = "db.t4g.micro",
  max_acu = 4,
}
