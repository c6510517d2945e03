-- Target tracking needs three minutes above target before it asks, and one or two more until new instances may be used.
-- Question: does it catch my bursts?
-- Expect: a burst of 60 s is over before anything is asked for. In one of 10 min, 20 instances become 29 after 4 to 5 min and
--         42 after 7 to 8: all busy, they show 100 % and no more, so a step is 1/70 % = x1.43. The base run misses its SLO.
-- Try: --variant all, -p lasts=1h (when does it catch up?), -p busy=25 (36 are enough), -p statistic=maximum.
scenario "pc-autoscaling" {
  question = "Does target tracking of provisioned concurrency catch my bursts?",
}

local plan      = param("plan", "tracking", { one_of = { "tracking", "schedule", "fixed" }, doc = "who changes the number" })
local lasts     = param("lasts", "10min", { doc = "length of the burst, which begins at 10 min" })
local busy      = param("busy", 100, { min = 10, max = 400, doc = "calls in service during the burst; 10 before and after" })
local statistic = param("statistic", "average", { one_of = { "average", "maximum" }, doc = "of a minute's utilisation" })

local plans = {
  tracking = { min = 20, max = 200, target = "70%", statistic = statistic },
  schedule = { { at = "0s", n = 20 }, { at = "7min", n = 110 }, { at = "21min", n = 20 } },
  fixed    = 20,
}
local work = fn "work" {
  memory = "512MB", init = "1s", provisioned = plans[plan],
  handler = function(r) r:wait "500ms" end,               -- two calls a second keep one instance busy
}
traffic "users" {
  to = work, arrivals = "uniform",                        -- evenly spaced, so that figures can be checked by hand
  rate = spike { base = "20/s", peak = (2 * busy) .. "/s", at = "10min", lasts = lasts },
}

variant "10 min burst" { }
variant "60 s burst"   { lasts = "60s" }
variant "scheduled"    { plan = "schedule" }
variant "20 all along" { plan = "fixed" }

slo { "work.spill < 1%" }                                 -- share of calls not served by a provisioned instance
simulate { duration = "1h", seed = 1 }
