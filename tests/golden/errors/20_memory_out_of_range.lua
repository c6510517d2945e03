fn "api" {
  runtime = "nodejs22",
  memory = "64MB",
}
