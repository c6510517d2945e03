local f = fn "f" { }
local w = workflow "w" {
  states = {
    { task = f },
    { taks = f },
  },
}
traffic "t" { to = w, rate = "1/s" }
