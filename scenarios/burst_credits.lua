-- A table with 150 units of read capacity was idle for five minutes and saved them up: 45,000. Then 200 reads a second come.
-- Question: how long does the burst last?
-- Expect: 45,000 credits / (200 - 150)/s = 900 s without a throttle, AWS's own example; then a quarter of the reads is refused:
--         30,000 of the 300,000. So a load test of ten minutes passes on a table that cannot hold the load.
-- Try: -p rate=300/s (lasts 300 s), -p idle=1min (180 s), -p idle=10min (900 s: five minutes are the most it saves), --set db.rcu=100
scenario "burst-credits" {
  question = "How long does a table serve more than its capacity after a quiet time?",
}

local rate = param("rate", "200/s", { doc = "reads after the quiet time" })
local idle = param("idle", "5min", { doc = "how long the table was idle before" })

local db = kv "db" { mode = "provisioned", rcu = 150, wcu = 1, item = "4KB" }
local reader = fn "reader" {
  memory = "1769MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
  handler = function(r) r:get(db, { consistent = true, retries = 0 }) end,
}
traffic "users" { to = reader, rate = rate, arrivals = "uniform", start = idle }

slo { "db.throttles < 1%" }
simulate { duration = "30min", seed = 19, sample = "1s" }
