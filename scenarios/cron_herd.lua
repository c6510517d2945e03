-- On the hour 5,000 jobs of 60 s are due, and the account may run 1,000 at a time.
-- Question: how long does it take until all of them are done, and how does it depend on who waits for whom?
-- Expect: five waves are 300 s for a perfect queue. Asynchronous invocations are throttled and tried again after growing
--         pauses: about 9 minutes. A real queue ramps up, 300 more every minute: 429 s. With a quota of 5,000 the scaling rate decides:
--         1,000 at once and 1,000 more every 10 s.
-- Try: --variant all, -p quota=5000, -p jobs=10000
scenario "cron-herd" {
  question = "5,000 jobs at the full hour: how long until all of them are done?",
}

local style = param("style", "async", { one_of = { "async", "queue" }, doc = "how the jobs reach the function" })
local quota = param("quota", 1000, { min = 100, max = 100000, doc = "concurrency of the account" })
local jobs  = param("jobs", 5000, { min = 1, max = 100000, doc = "jobs due on the hour" })

account { concurrency = quota }
local job = fn "job" {
  memory = "512MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "5min",
  handler = function(r) r:wait "60s" r:mark "done" end,
}
local herd = queue "herd" { consumer = job, batch = 1, visibility = "30min", delivery = "0ms" }
local all  = topic "all" { subscribers = { job } }
traffic "clock" { to = style == "queue" and herd or all, rate = burst { n = jobs, at = "0s" } }

variant "asynchronous" { }
variant "queue"        { style = "queue" }

slo { "\"mark done\".latency.max < 15min" }
simulate { duration = "30min", seed = 25 }
