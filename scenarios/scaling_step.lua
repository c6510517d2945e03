-- New instances are granted at a rate: demand that jumps further than that is refused for a while, whatever the quota.
-- Question: demand jumps to n calls at a time; for how long are callers turned away?
-- Expect: 1,000 at once, then 100 more a second for each function: 3,000 are there after 20 s (19,000 calls refused),
--         10,000 after 90 s (400,500). Until 2023: 3,000 at once, then 500 a minute. The base run misses its SLO.
-- Try: --variant all, -p demand=1000/s (nobody is refused), -p scaling=burst-2023, -p scaling=burst-2023 -p batches=3.
scenario "scaling-step" {
  question = "Demand jumps to thousands of calls at a time: for how long are callers turned away?",
}

local demand  = param("demand", "3000/s", { min = "1/s", max = "20000/s", doc = "calls of 1 s: so many at a time" })
local scaling = param("scaling", "1000/10s", { doc = "instances granted to a function, or burst-2023" })
local batches = param("batches", 0, { min = 0, max = 10, doc = "instead: 10,000 calls in n batches, a minute apart" })

account { concurrency = 20000, scaling = scaling }
local work = fn "work" {
  memory = "1769MB", init = "0ms", first_run = "0ms",
  handler = function(r) r:wait "1s" end,
}
if batches == 0 then
  traffic "users" { to = work, rate = demand, arrivals = "uniform" }
else
  traffic "users" {
    to   = work,
    rate = burst { n = 10000 // batches, at = "0s", every = "1min" }, stop = (batches * 60 - 1) .. "s",
  }
end

variant "to 1,000"       { demand = "1000/s" }
variant "to 3,000"       { demand = "3000/s" }
variant "to 10,000"      { demand = "10000/s" }
variant "4,000 in 2023"  { demand = "4000/s", scaling = "burst-2023" }
variant "10,000 in 2023" { batches = 1, scaling = "burst-2023" } -- all of them at one instant
variant "in 4 batches"   { batches = 4, scaling = "burst-2023" }

slo { "work.throttle_count < 1" }                        -- the first variant meets it, and the last
simulate { duration = "4min", seed = 1, sample = "1s" }
