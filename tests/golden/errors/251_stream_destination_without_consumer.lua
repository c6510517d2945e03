stream "bin" {}
stream "s" {
  on_failure = "bin",
}
traffic "t" { to = "s", rate = "1/s" }
