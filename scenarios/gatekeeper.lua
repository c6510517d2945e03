-- An authorizer is a second function before every route; its verdict on a user is kept for a while.
-- Question: how many requests does it still see?
-- Expect: 1,000 users, each at 0.1/s, verdicts kept for 300 s: after one that asks, 30 find the verdict: 30 of 31, or 96.8 %.
--         Of 100 requests a second 3.2 reach the authorizer; with nothing kept all of them do, and its bill is 31 times as high.
-- Try: --variant all, -p ttl=30s (75 %), -p users=10000 -p rate=100/s (rare users: 75 % again), --set check.memory=128MB.
scenario "gatekeeper" {
  question = "How many requests does an authorizer see when its verdicts are kept?",
}

local users = param("users", 1000, { min = 1, max = 1000000, doc = "tokens, all equally busy" })
local rate  = param("rate", "100/s", { doc = "requests of all users together" })
local ttl   = param("ttl", "300s", { doc = "how long a verdict is kept" })

local check = fn "check" {
  memory = "256MB", init = "250ms", keep_alive = "10min",
  handler = function(r) r:wait "5ms" end,                 -- fetches a key, verifies a signature
}
local api = fn "api" {
  memory = "512MB", init = "250ms", keep_alive = "10min",
  handler = function(r) r:wait "20ms" end,
}
local web = http_api "web" {
  ["GET /account"] = { api, authorizer = { check, ttl = ttl, keys = users } },
  overhead = "4ms",
}
traffic "users" { to = web "GET /account", rate = rate }

variant "5 min"   { }
variant "30 s"    { ttl = "30s" }
variant "nothing" { ttl = "0s" }

slo { "web.hits > 95%", "web.latency.p99 < 100ms" }
simulate { duration = "6h", warmup = "50min", seed = 29 }
