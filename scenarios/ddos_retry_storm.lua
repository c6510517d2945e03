-- One public endpoint is attacked for ten minutes; the clients of every endpoint retry.
-- Question: can an attack on one endpoint take the whole account down, and which limit or retry policy stops it?
-- Expect: without defence yes: all routes share the gateway's 10,000/s and all functions 1,000 instances, and each refuses 7 of
--         10 calls of checkout. Reserved instances save the second only: of buyers with 3 retries 0.7^4 = 24 % still fail. A route
--         limit stops the attack before both. Readers of the attacked route lose either way; a retry budget spares it their retries.
-- Try: --variant all, -p attack=5000/s, -p retries=0, -p retry_budget=10%
scenario "ddos-retry-storm" {
  question = "Can an attack on one endpoint take the whole account down, and which limit or retry policy stops it?",
}
local attack      = param("attack", "30000/s", { doc = "requests of the botnet" })
local route_limit = param("route_limit", "none", { doc = "throttle on the attacked route, or none" })
local reserve     = param("reserve", 0, { doc = "reserved concurrency of checkout; 0: none" })
local cap         = param("cap", 0, { doc = "reserved concurrency, a cap, of search; 0: none" })
local retries     = param("retries", 3, { doc = "retries of each client" })
local budget      = param("retry_budget", "none", { doc = "retries as a share of first tries, or none" })

account { concurrency = 1000, api_rate = "10000/s", api_burst = 5000 }

local db = kv "shop" { mode = "provisioned", rcu = 4000, wcu = 500, item = "1KB" }

local search = fn "search" {
  memory = "512MB", runtime = "nodejs22", timeout = "3s", reserved = cap > 0 and cap or nil,
  handler = function(r) r:cpu "6ms" r:query(db, { items = 10 }) end,
}
local checkout = fn "checkout" {
  memory = "1024MB", runtime = "nodejs22", timeout = "6s", reserved = reserve > 0 and reserve or nil,
  handler = function(r)
    r:cpu "10ms" r:get(db)
    r:wait(lognormal { p50 = "150ms", p99 = "900ms" })    -- payment provider
    r:put(db)
  end,
}
local api = http_api "api" {
  ["GET /search"]    = { search, limit = route_limit ~= "none" and route_limit or nil },
  ["POST /checkout"] = checkout,
}

local polite = { retries = retries, on = { 429, 503, "timeout" }, backoff = expo("100ms", { max = "5s", jitter = "full" }), budget = budget }

traffic "buyers"  { to = api "POST /checkout", rate = "150/s", timeout = "4s", retry = polite }
traffic "readers" { to = api "GET /search",    rate = "800/s", timeout = "2s", retry = polite }
traffic "botnet"  { to = api "GET /search",    rate = attack, start = "10min", stop = "20min" }

at "25min" { target = db, latency = "x20", lasts = "8s" }  -- a short slow-down after the attack: does the system come back?

variant "no defence"    { }
variant "route limit"   { route_limit = "2000/s" }
variant "reserved"      { reserve = 100, cap = 600 }
variant "both"          { route_limit = "2000/s", reserve = 100, cap = 600 }
variant "both + budget" { route_limit = "2000/s", reserve = 100, cap = 600, retry_budget = "10%" }

slo { "buyers.errors < 0.5%", "checkout.errors < 0.5%", "checkout.latency.p99 < 2s", "cost < $7000/month" }
simulate { duration = "40min", warmup = "2min", seed = 3, sample = "1s" }
