local f = fn "f" { }
local w = workflow "w" {
  states = {
    { choice = {
        { 0.9, { { task = f } } },
        { { task = f } },
    } },
  },
}
traffic "t" { to = w, rate = "1/s" }
