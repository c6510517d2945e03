-- 10,000 jobs of 10 s wait in a queue. The event source mapping does not start a thousand functions at once.
-- Question: how fast does the poller ramp, and how much longer than the ideal does the backlog take?
-- Expect: five at first, then 300 more every minute: 5 + 5 t. The last message is received after 194 s and deleted after 204 s,
--         with 975 running at most; a thousand at once would have needed 100 s.
-- Try: --variant all, --set jobs.pollers=before-2023-11, --set jobs.max_concurrency=100
scenario "sqs-ramp" {
  question = "How fast does the event source mapping ramp up, and what does that cost a backlog?",
}

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "30s",
  handler = function(r) r:wait "10s" end,
}
local jobs = queue "jobs" { consumer = work, batch = 1, visibility = "3min", delivery = "0ms" }
traffic "producer" { to = jobs, rate = burst { n = 10000, at = "0s" } }

slo { "jobs.age.max < 4min" }
simulate { duration = "5min", seed = 14 }
