-- Does this tool get queueing theory right? Poisson arrivals, exponential service of 1 ms, c places, one line: the queue M/M/c.
-- Question: how long do requests wait, on average and the last of a hundred, against Erlang's formulas?
-- Expect: one place: P(wait) = 90 %, so 9 ms; 1 of 100 waits longer than 45.0 ms. Ten: 66.87 %, 0.6687 ms and 4.203 ms. A hundred:
--         21.69 %, 0.0217 ms and 0.3077 ms. All are busy 90 % of the time (Erlang C; a million requests come within some 3, 3 and 7 %).
-- Try: --variant all, -p load=0.5, -p places=50, -p requests=10000000
scenario "mm-c-check" {
  question = "Does the simulator reproduce Erlang's waiting times?",
}

local places   = param("places", 1, { min = 1, max = 1000, doc = "servers" })
local load     = param("load", 0.9, { min = 0.01, max = 0.99, doc = "share of them that is busy" })
local requests = param("requests", 1000000, { min = 1000, max = 100000000, doc = "how many are simulated, on average" })

local rate = 1000 * load * places

local desk = external "desk" { latency = exponential "1ms", concurrency = places }
traffic "customers" { to = desk, rate = string.format("%.6f/s", rate) }

variant "1 place"    { }
variant "10 places"  { places = 10 }
variant "100 places" { places = 100 }

slo { "desk.errors < 0.1%" }
simulate { duration = string.format("%.3fs", 1 + requests / rate), warmup = "1s", seed = 1 }
