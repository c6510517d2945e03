-- Does this tool get queueing theory right? The law that needs no assumptions: J. D. C. Little, 1961.
-- Question: is the mean number of calls inside the arrival rate times the mean time inside, whatever the laws?
-- Expect: 100/s x 250 ms: 25 busy on average, for constant, exponential and heavy-tailed times, random or even gaps.
--         With 12 at most, those who get in still obey it: 25 erlangs offered, 11.3 carried, 55 % refused.
-- Try: --variant all, -p law=lognormal -p rate=1000/s, --reps 10 (for intervals).
scenario "little-check" {
  question = "Is the number of calls inside equal to arrival rate times time inside?",
}

local rate     = param("rate", "100/s", { min = "1/s", max = "10000/s", doc = "calls" })
local law      = param("law", "exponential", {
  one_of = { "constant", "exponential", "lognormal", "pareto" }, doc = "of the time inside; its mean is always 250 ms",
})
local arrivals = param("arrivals", "poisson", { one_of = { "poisson", "uniform" }, doc = "uniform: evenly spaced" })
local places   = param("places", 0, { min = 0, max = 1000, doc = "reserved concurrency; 0: no limit" })

local laws = {
  constant    = "250ms",
  exponential = exponential "250ms",
  lognormal   = lognormal { mean = "250ms", cv = 3 },
  pareto      = pareto { min = "150ms", alpha = 2.5 },   -- mean 150 ms x 2.5 / 1.5
}
account { concurrency = 10000, scaling = "100000/10s" }
local work = fn "work" {
  timeout = "15min", init = "0ms", first_run = "0ms", reserved = places > 0 and places or nil,
  handler = function(r) r:wait(laws[law]) end,
}
traffic "calls" { to = work, rate = rate, arrivals = arrivals }

variant "constant"      { law = "constant" }
variant "exponential"   { law = "exponential" }
variant "lognormal"     { law = "lognormal" }
variant "pareto"        { law = "pareto" }
variant "even arrivals" { law = "lognormal", arrivals = "uniform" }
variant "12 places"     { places = 12 }

slo { "work.concurrency.mean < 25.5", "work.concurrency.mean > 24.5" } -- but where only 12 may enter
simulate { duration = "6h", warmup = "10min", seed = 1 }
