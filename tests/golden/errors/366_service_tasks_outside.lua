service "shop" {
  autoscale = { target = "60%", min = 2, max = 10 },
  tasks = 12,
}
