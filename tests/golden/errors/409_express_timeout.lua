local w = workflow "w" {
  kind = "express",
  timeout = "10min",
  states = { { wait = "1s" } },
}
traffic "t" { to = w, rate = "1/s" }
