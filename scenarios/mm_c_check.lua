-- Does this tool get queueing theory right? Poisson arrivals, exponential service, c places, one line: the M/M/c queue.
-- Question: how long do requests wait, and how many have to, against Erlang's formulas?
-- Expect: one place at 90 %: 9 ms of waiting for 1 ms of service. Ten places at 90 %: 66.87 % wait, 0.6687 ms on average. Fifty: 28.6 %... each
--         within the noise of a million requests (Erlang C).
-- Try: --variant all, -p load=0.5, -p places=100
scenario "mm-c-check" {
  question = "Does the simulator reproduce Erlang's waiting times?",
}

local places = param("places", 1, { min = 1, max = 1000, doc = "servers" })
local load   = param("load", 0.9, { min = 0.01, max = 0.99, doc = "share of them that is busy" })

local desk = external "desk" { latency = exponential "1ms", concurrency = places }
traffic "customers" { to = desk, rate = string.format("%.6f/s", 1000 * load * places) }

variant "1 place"   { }
variant "10 places" { places = 10 }

slo { "desk.errors < 0.1%" }
simulate { duration = "20min", warmup = "10s", seed = 1 }
