-- A concurrency quota is two limits: so many calls at a time, and ten times as many calls a second.
-- Question: how much traffic does a quota of 1,000 carry?
-- Expect: 50 ms at 20,000/s would keep 1,000 busy, yet half is refused: 10,000/s is all that a quota of 1,000 lets in.
--         20 ms at 30,000/s would keep 600 busy, and needs a quota of 3,000. The base run misses its SLO on purpose.
-- Try: --variant all, -p rate=9000/s (passes), -p work=200ms (now the other limit), -p provisioned=10 -p rate=150/s.
scenario "lambda-quota" {
  question = "How much traffic does a concurrency quota of 1,000 carry?",
}

local rate  = param("rate", "20000/s", { min = "1/s", max = "100000/s", doc = "requests, evenly spaced" })
local work  = param("work", "50ms", { doc = "how long one takes" })
local quota = param("quota", 1000, { min = 100, max = 100000, doc = "concurrency of the account" })
local units = param("provisioned", 0, { min = 0, max = 500, doc = "its units have the same two limits" })

account { concurrency = quota, api_rate = "100000/s", api_burst = 100000 }
local api = fn "api" {
  memory = "1769MB", init = "100ms", provisioned = units > 0 and units or nil,
  handler = function(r) r:wait(work) end,
}
local web = http_api "web" { ["GET /"] = api, overhead = "5ms" }
traffic "users" { to = web "GET /", rate = rate, arrivals = "uniform" }

variant "50ms, 20,000/s"        { }
variant "50ms, 10,000/s"        { rate = "10000/s" }
variant "20ms, 30,000/s"        { work = "20ms", rate = "30000/s" }
variant "20ms, quota 3,000"     { work = "20ms", rate = "30000/s", quota = 3000 }
variant "200ms, 9,000/s"        { work = "200ms", rate = "9000/s" }

slo { "web.errors < 1%" }                                -- what the function refuses, the gateway answers with 503
simulate { duration = "1min", warmup = "20s", seed = 1 }
