local f = fn "f" { }
local w = workflow "w" {
  states = {
    { task = f },
    { parallel = {
        { { task = f } },
        { { task = f }, { wait = 30 } },
    } },
  },
}
traffic "t" { to = w, rate = "1/s" }
