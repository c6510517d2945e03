-- A function takes 1 to 5 s for a batch that was gathered over 2 s; its timeout is 6 s, and so long must the visibility timeout be at least.
-- Question: how long should it be?
-- Expect: it runs from the first receive. With 6 s, 4 s are left for the work: one batch in four takes longer, comes back and is done again:
--         1/4 + 1/16 + ... = a duplicate for every three messages. With six times the timeout plus the window, as AWS advises: none.
-- Try: --variant all, -p visibility=6s -p window=1s, -p visibility=8s --set work.reserved=2 (a throttle wears it down just as a window does)
scenario "visibility" {
  question = "How long must a queue's visibility timeout be?",
}

local visibility = param("visibility", "38s", { doc = "visibility timeout" })
local window     = param("window", "2s", { doc = "how long a batch is gathered" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "6s",
  handler = function(r) r:wait(uniform("1s", "5s")) end,
}
local jobs = queue "jobs" { consumer = work, batch = 100, window = window, visibility = visibility }
traffic "producer" { to = jobs, rate = "5/s" }

variant "as advised"        { }
variant "timeout + window"  { visibility = "8s" }
variant "the least allowed" { visibility = "6s" }

slo { "jobs.duplicates < 1" }
simulate { duration = "6h", warmup = "5min", seed = 15 }
