-- Gateways, containers and workflows, with every setting once.
local check = fn "check" { handler = function(r) r:cpu "1ms" end }
local pay = fn "pay" { snapstart = true, runtime = "java21", handler = function(r) r:cpu "9ms" r:maybe("5%", function(b) b:fail() end) end }
local box = service "box" {
  vcpu = "0.5", memory = "2GB", arch = "arm64", tasks = 3, autoscale = { target = "60%", min = 2, max = 9 }, start = "20s",
  health = "5s", workers = 8, queue = 30, timeout = "2s",
  handler = function(r) r:cpu "6ms" r:wait "20ms" end,
}
local flow = workflow "flow" {
  kind = "express", memory = "128MB", timeout = "30s", delivery = "20ms", overhead = "5ms", acknowledge = "10ms",
  start_rate = "90/s", start_burst = 20,
  states = {
    { task = pay, retry = { retries = 2, on = { "error" }, backoff = expo("100ms") }, catch = { { fail = "error" } } },
    { wait = "1s" },
    { choice = { { 0.9, { { task = check } } }, { 0.1, { { wait = "100ms" } } } } },
    { parallel = { { { task = check } }, { { task = pay }, { wait = "1s" } } } },
    { map = { n = uniform(1, 20), max = 5, states = { { task = check } } } },
  },
}
local slow = workflow "slow" { transition_rate = "50/s", transition_burst = 20, states = { { task = pay }, { wait = "20s" }, { task = check } } }
local api = rest_api "api" {
  limit = "300/s", burst = 60, overhead = "6ms",
  ["GET /"] = { check, cache = { ttl = "1min", keys = zipf { n = 50, s = 1 } }, limit = "90/s", burst = 9, timeout = "5s" },
  ["GET /hit"] = { check, cache = { hit = "70%" } },
  ["POST /"] = { pay, authorizer = { check, ttl = "5min", keys = 100 } },
  ["POST /flow"] = flow,
}
local lb = alb "lb" { ["GET /box"] = box, ["GET /fn"] = { pay, timeout = "3s" }, timeout = "10s", overhead = "2ms", size = "9KB", per_connection = 3 }
local link = url "link" { pay, overhead = "3ms" }
local front = fn "front" {
  timeout = "20s",
  handler = function(r)
    r:call(api "GET /") r:call(lb "GET /box") r:call(link) r:call(flow) r:start(slow)
    r:map(4, function(b) b:call(box) end)
    r:all { function(b) b:call(api "POST /") end, function(b) b:call(lb "GET /fn") end }
  end,
}
traffic "users" { to = front, rate = diurnal { mean = "15/s", peak = "30/s" } }
traffic "boxes" { to_mix = { { 3, lb "GET /box" }, { 1, api "GET /hit" } }, clients = 9, think = "200ms" }
at "20s" { target = box, set = { tasks = 2, workers = 2 }, lasts = "10s" }
at "25s" { target = box, recycle = true }
at "30s" { target = flow, set = { timeout = "2s" }, lasts = "10s" }
simulate { duration = "1min", seed = 5 }
