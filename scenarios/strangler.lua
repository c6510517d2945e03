-- An old system is replaced step by step: a router sends a growing share of the requests to a new function.
-- Question: what do cost and latency do while traffic moves from 0 to 100 %?
-- Expect: the new function's bill grows in proportion to its share; its tail does not: at 1 % of 1 request/s the new function
--         is asked every 100 s, and every idle stretch beyond 5 to 7 minutes ends in a cold start of seconds.
-- Try: --variant all, -p rate=20/s, --set new.keep_alive=forever, --set new.provisioned=1
scenario "strangler" {
  question = "While traffic moves from the old system to a new function, what do cost and tail latency do?",
}

local share = param("share", 0.5, { min = 0, max = 1, doc = "share of requests the new function gets" })
local rate  = param("rate", "1/s", { doc = "requests in all" })

local old = fn "old" {
  memory = "2048MB", runtime = "java21", timeout = "30s", keep_alive = "forever",
  handler = function(r) r:cpu "30ms" r:wait "120ms" end,
}
local new = fn "new" {
  memory = "1024MB", runtime = "java21", timeout = "30s", init = "3s", first_run = "0ms",
  handler = function(r) r:cpu "12ms" r:wait "60ms" end,
}
traffic "users" { to_mix = { { 1 - share, old }, { share, new } }, rate = rate }

variant "1%"   { share = 0.01 }
variant "10%"  { share = 0.1 }
variant "50%"  { share = 0.5 }
variant "100%" { share = 1 }

slo { "new.latency.p99 < 1s" }
simulate { duration = "168h", warmup = "1h", seed = 31 }
