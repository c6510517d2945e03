-- 500 jobs of 3 s wait in a queue whose function may run five at a time. There are two ways to say so: on the mapping, on the function.
-- Question: why are good messages in the dead-letter queue although nothing failed?
-- Expect: max_concurrency = 5 on the mapping: no throttle, no dead letter, 300 s. reserved = 5 on the function: the mapping takes more than
--         can run; what is throttled until its visibility ends was received in vain: 370 are dead after one receive, 165 after five.
-- Try: --variant all, -p cap=function -p receives=20, -p cap=function -p receives=1 -p visibility=5min
scenario "sqs-reserved-trap" {
  question = "Why are good messages in the dead-letter queue although nothing failed?",
}

local cap = param("cap", "mapping", { one_of = { "mapping", "function" }, doc = "where five at a time is said" })
local receives = param("receives", 5, { min = 1, max = 1000, doc = "receives before a message is a dead letter" })
local visibility = param("visibility", "30s", { doc = "visibility timeout of the queue" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "5s",
  reserved = cap == "function" and 5 or nil,
  handler = function(r) r:wait "3s" r:mark "done" end,
}
local dead = queue "dead" { retention = "14d" }
local jobs = queue "jobs" {
  consumer = work, batch = 1, visibility = visibility, max_receive = receives, dlq = dead, delivery = "0ms",
  max_concurrency = cap == "mapping" and 5 or nil,
}
traffic "producer" { to = jobs, rate = burst { n = 500, at = "0s" } }

variant "cap on the mapping"      { receives = 1 }
variant "cap on the function"     { cap = "function", receives = 1 }
variant "function, five receives" { cap = "function" }
variant "function, ten receives"  { cap = "function", receives = 10 }

slo { "jobs.dead_letters < 1" }
simulate { duration = "20min", seed = 12 }
