-- 500 jobs of 3 s wait in a queue whose function may run five at a time. There are two ways to say so.
-- Question: why are good messages in the dead-letter queue although nothing failed?
-- Expect: with max_concurrency = 5 on the queue's mapping: no throttle, no dead letter, done after 500 x 3 s / 5 = 300 s. With
--         reserved = 5 on the function the mapping does not know: it takes more than can run, holds throttled
--         batches until their visibility ends, and with max_receive = 1 each of those is a dead letter.
-- Try: --variant all, --set jobs.max_receive=5, --set jobs.visibility=2min
scenario "sqs-reserved-trap" {
  question = "Why are good messages in the dead-letter queue although nothing failed?",
}

local cap = param("cap", "mapping", { one_of = { "mapping", "function" }, doc = "where five at a time is said" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  reserved = cap == "function" and 5 or nil,
  handler = function(r) r:wait "3s" end,
}
local dead = queue "dead" { retention = "14d" }
local jobs = queue "jobs" {
  consumer = work, batch = 1, visibility = "20s", max_receive = 1, dlq = dead, delivery = "0ms",
  max_concurrency = cap == "mapping" and 5 or nil,
}
traffic "producer" { to = jobs, rate = burst { n = 500, at = "10s" } }

variant "cap on the mapping"  { }
variant "cap on the function" { cap = "function" }

slo { "jobs.dead_letters < 1" }
simulate { duration = "20min", seed = 12 }
