service "shop" {
  vcpu = 2,
  memory = "2GB",
}
