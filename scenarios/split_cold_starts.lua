-- The same traffic, cut into more and more functions: each is called more rarely, so each is colder.
-- Question: one function or twenty?
-- Expect: P(cold) = e^(-rate x keep-alive / functions): at one request a minute and 10 min, 0.005 % for one function,
--         13.5 % for 5, 36.8 % for 10, 60.7 % for 20. Under high load nobody can tell the difference.
-- Try: --variant all, -p keep_alive=aws-2021, -p work=50ms (requests that overlap cost more than idleness does).
scenario "split-cold-starts" {
  question = "One function or twenty: how many of the same requests meet a cold start?",
}

local functions  = param("functions", 1, { min = 1, max = 100, doc = "how many share the requests" })
local rate       = param("rate", "60/h", { doc = "requests to all of them together" })
local keep_alive = param("keep_alive", "10min", { doc = "how long an idle instance stays: a time or a preset" })
local work       = param("work", "100us", { doc = "short, so that two requests hardly ever meet" })

local parts = {}
for i = 1, functions do
  local part = fn("part-" .. i) {
    memory = "1769MB", keep_alive = keep_alive,
    handler = function(r) r:cpu(work) end,
  }
  parts[i] = { 1, part }                                 -- equal weights
end
traffic "users" { to_mix = parts, rate = rate }

variant "one function"  { functions = 1 }
variant "five"          { functions = 5 }
variant "ten"           { functions = 10 }
variant "twenty"        { functions = 20 }
variant "twenty, busy"  { functions = 20, rate = "1/s" }

slo { "cold < 1%" }                                      -- five functions miss it already
simulate { duration = "400d", warmup = "1h", seed = 1 }
