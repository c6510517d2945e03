-- All functions of an account share one pool of concurrency. A report that nobody waits for takes it all.
-- Question: what does a heavy report do to the API beside it, and what does reserving a little of the pool change?
-- Expect: 1,220 busy calls want 1,000 places: 18.4 % of all calls are refused, the API's too: a missed SLO on purpose.
--         With 50 places of its own the API (400/s, 20 busy) loses nothing, and the report 21.1 %. 25 make it worse.
-- Try: --variant all, -p reserve=40 (10 calls/s for each place: 400/s just fit), -p report=80/s (room for all).
scenario "noisy-neighbour" {
  question = "A report takes all of the account's concurrency: who is refused, and what does a reserve change?",
}

local reserve = param("reserve", 0, { min = 0, max = 900, doc = "places kept for the API" })
local report  = param("report", "120/s", { min = "0/s", max = "500/s", doc = "report pages, 10 s each" })

account { concurrency = 1000, scaling = "100000/10s" }
local api = fn "api" {
  memory = "512MB", reserved = reserve > 0 and reserve or nil,
  handler = function(r) r:wait(exponential "50ms") end,  -- 400/s: 20 busy
}
local pages = fn "report" {
  memory = "1024MB", timeout = "5min",
  handler = function(r) r:wait(lognormal { mean = "10s", cv = 1 }) end,
}
local shop = http_api "shop" { ["GET /orders"] = api }
traffic "users"   { to = shop "GET /orders", rate = "400/s" }
traffic "nightly" { to = pages, rate = report }

variant "shared"     { }
variant "reserve 25" { reserve = 25 }                     -- 250/s are let in: 37.5 % of the API is refused
variant "reserve 50" { reserve = 50 }

slo { "shop.errors < 0.1%" }
simulate { duration = "1h", warmup = "10min", seed = 1 }
