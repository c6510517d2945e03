local w = workflow "w" {
  states = { { wait = "5s", retry = { retries = 2 } } },
}
traffic "t" { to = w, rate = "1/s" }
