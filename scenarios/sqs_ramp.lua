-- 10,000 jobs of 10 s wait in a queue. The event source mapping does not start a thousand functions at once.
-- Question: how fast does the poller ramp, and how much longer than the ideal does the backlog take?
-- Expect: five at first, then 300 more every minute: 5 + 5 t. The last message is received after 194 s and done after 204 s, with
--         975 running at most; a thousand at once would have needed 100 s. Before November 2023 (60 more a minute) it took 448 s.
-- Try: --variant all, --set jobs.max_concurrency=100
scenario "sqs-ramp" {
  question = "How fast does the event source mapping ramp up, and what does that cost a backlog?",
}

local pollers = param("pollers", "2026", { one_of = { "2026", "2023" }, doc = "the pollers' rule: today's, or before November 2023" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "30s",
  handler = function(r) r:wait "10s" r:mark "done" end,
}
local jobs = queue "jobs" { consumer = work, batch = 1, visibility = "3min", delivery = "0ms", pollers = pollers }
traffic "producer" { to = jobs, rate = burst { n = 10000, at = "0s" } }

variant "today"         { }
variant "before 2023-11" { pollers = "2023" }

slo { "jobs.age.max < 4min" }
simulate { duration = "10min", seed = 14 }
