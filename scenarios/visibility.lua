-- A consumer takes 4 to 40 s for a message. The queue shows a message again when its visibility timeout is over.
-- Question: how long must the visibility timeout be?
-- Expect: with 12 s every message that takes longer comes back and is done twice: about one in two. With six times the
--         function's timeout, as AWS advises, none.
-- Try: --variant all, -p visibility=20s, --set jobs.max_receive=3
scenario "visibility" {
  question = "How long must a queue's visibility timeout be?",
}

local visibility = param("visibility", "6min", { doc = "visibility timeout" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "1min",
  handler = function(r) r:wait(lognormal { p50 = "12s", p99 = "40s" }) end,
}
local jobs = queue "jobs" { consumer = work, batch = 1, visibility = visibility }
traffic "producer" { to = jobs, rate = "5/s" }

variant "six times the timeout" { }
variant "once the timeout"      { visibility = "1min" }

slo { "jobs.duplicates < 1" }
simulate { duration = "1h", warmup = "5min", seed = 15 }
