-- New instances are granted at a rate: demand that jumps further than that is refused for a while, whatever the quota.
-- Question: demand jumps to n calls at a time; for how long are callers turned away?
-- Expect: 1,000 at once, then 100 more a second for each function: 3,000 are there after 20 s (20,000 calls refused),
--         10,000 after 90 s (405,000 refused). Until 2023 it was 3,000 at once, then 500 a minute, for the whole account.
-- Try: --variant all, -p demand=1000/s (nobody is refused), -p scaling=burst-2023 -p demand=4000/s.
scenario "scaling-step" {
  question = "Demand jumps to thousands of calls at a time: for how long are callers turned away?",
}

local demand  = param("demand", "3000/s", { min = "1/s", max = "20000/s", doc = "each call takes 1 s: also the calls at a time" })
local scaling = param("scaling", "1000/10s", { doc = "instances granted to a function, or burst-2023" })

account { concurrency = 20000, scaling = scaling }
local work = fn "work" {
  memory = "1769MB", init = "0ms", first_run = "0ms",
  handler = function(r) r:wait "1s" end,
}
traffic "users" { to = work, rate = demand, arrivals = "uniform" }

variant "to 1,000"       { demand = "1000/s" }
variant "to 3,000"       { demand = "3000/s" }
variant "to 10,000"      { demand = "10000/s" }
variant "4,000 in 2023"  { demand = "4000/s", scaling = "burst-2023" }

slo { "work.throttle_count < 1" }                        -- only the first variant meets it
simulate { duration = "3min", seed = 1, sample = "1s" }
