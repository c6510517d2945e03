fn "resize" { }
local w = workflow "w" {
  states = {
    { wait = "1s" },
    { task = "resise" },
  },
}
traffic "t" { to = w, rate = "1/s" }
