local f = fn "f" { }
local w = workflow "w" {
  states = {
    { map = {
        n = 20000,
        max = 20000,
        states = { { task = f } } } },
  },
}
traffic "t" { to = w, rate = "1/s" }
