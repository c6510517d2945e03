-- Re-runs the worked example of the Dashbird knowledge base (512MB, 10M requests of 2s in 31 days) and asks the next
-- question: not "is provisioned concurrency dear?" but "how many units are worth it?"
-- Expect: 7 units are cheapest: $157.54, against $168.67 with none; 12 break even; 50 cost $378.22 and idle for 85 % of
--         the time. The base run has none and misses its SLO on purpose: fewer than 1 % of calls beside them take 15.
-- Try: --variant all, -p provisioned=9, -p provisioned=20; cold starts stay below 0.1 %: this buys price, not latency.
scenario "provisioned-sizing" {
  question = "How many units of provisioned concurrency are cheapest, and how many keep 99% of calls on them?",
}
local units = param("provisioned", 0, { min = 0, max = 200, doc = "units of provisioned concurrency" })

local work = fn "work" {
  memory = "512MB", runtime = "java21", timeout = "30s",
  init = "2500ms", keep_alive = "10min", provisioned = units,
  handler = function(r) r:wait "2s" end,
}
traffic "jobs" { to = work, rate = "3.7336/s" }           -- 10M in 31 days

variant "none"       { provisioned = 0 }
variant "cheapest"   { provisioned = 7 }
variant "break-even" { provisioned = 12 }
variant "99% on it"  { provisioned = 15 }
variant "as printed" { provisioned = 50 }

slo { "work.spill < 1%" }                                 -- share of calls not served by a provisioned environment

sweep {
  provisioned = range(0, 20),
  objective   = { minimise = "cost", subject_to = "slo" },
}
simulate { duration = "745h", warmup = "1h", seed = 1, sample = "1min" }   -- 31 days measured
