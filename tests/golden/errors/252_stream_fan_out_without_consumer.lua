stream "s" {
  shards = 2,
  fan_out = true,
}
traffic "t" { to = "s", rate = "1/s" }
