-- Does this tool get keep-alive right? The instance used last is reused first, and thrown away after a time idle.
-- Question: how many calls are cold, and how many instances idle, when calls overlap?
-- Expect: exact values exist for exponential service (a theorem on first passages of the number of busy instances):
--         1 call/s of 1 s, kept for 10 s: 7.737 % cold, 2.278 idle; 10/s: 1.909 %, 7.184 idle; and so on below.
-- Try: --variant all, -p rate=0.9 -p service=1.991 -p keep=600 (SimFaaS's example: 0.133 % cold), --reps 10.
scenario "keep-alive-check" {
  question = "Are cold starts and idle instances those of the exact solution?",
}

local rate    = param("rate", 1, { min = 0.001, max = 1000, doc = "calls per second" })
local service = param("service", 1, { min = 0.001, max = 100, doc = "mean service time in s, exponential" })
local keep    = param("keep", 10, { min = 0, max = 100000, doc = "keep-alive in s" })
local places  = param("places", 0, { min = 0, max = 900, doc = "reserved concurrency; 0: no limit" })

account { scaling = "100000/10s" }
local work = fn "work" {
  timeout = "15min", init = "0ms", first_run = "0ms", keep_alive = keep .. "s",
  reserved = places > 0 and places or nil,
  handler = function(r) r:wait(exponential(service .. "s")) end,
}
traffic "calls" { to = work, rate = rate .. "/s" }

variant "0.1/s, 2s, 60s"      { rate = 0.1, service = 2, keep = 60 }
variant "1/s, 1s, 10s"        { rate = 1, service = 1, keep = 10 }
variant "0.9/s, 1.991s, 600s" { rate = 0.9, service = 1.991, keep = 600 }
variant "10/s, 1s, 10s"       { rate = 10, service = 1, keep = 10 }
variant "10/s, 1s, 60s"       { rate = 10, service = 1, keep = 60 }
variant "1/s, 10s, 60s"       { rate = 1, service = 10, keep = 60 }
variant "100/s, 1s, 60s"      { rate = 100, service = 1, keep = 60 }
variant "at most 12"          { rate = 10, service = 1, keep = 10, places = 12 }

slo { "work.cold < 10%" }
simulate { duration = math.ceil(4e6 / rate) .. "s", warmup = math.ceil(4e4 / rate) .. "s", seed = 1 } -- 4 million calls
