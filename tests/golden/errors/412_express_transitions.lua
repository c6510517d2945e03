local w = workflow "w" {
  kind = "express", states = { { wait = "1s" } },
  transition_rate = "100/s",
}
traffic "t" { to = w, rate = "1/s" }
