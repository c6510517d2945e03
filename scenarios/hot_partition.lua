-- A table with 5,000 units of write capacity is written 1,500 times a second. All writes go to one key.
-- Question: why are writes throttled on a table that is mostly idle?
-- Expect: a key lives in one partition, and that takes 1,000 writes a second, whatever the table has: a third of the writes is
--         throttled while 20 % of the capacity is used, and more capacity changes nothing. Spread over many keys, none is throttled.
-- Try: --variant all, -p keys=10, -p rate=3000/s, --set db.wcu=20000
scenario "hot-partition" {
  question = "Why are writes throttled on a table that is mostly idle?",
}

local keys = param("keys", 1, { min = 1, max = 1000000, doc = "keys the writes are spread over" })
local rate = param("rate", "1500/s", { doc = "writes" })

local db = kv "db" { mode = "provisioned", wcu = 5000, rcu = 100, item = "1KB", keys = keys, partitions = 8 }
local writer = fn "writer" {
  memory = "1769MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
  handler = function(r) r:put(db, { retries = 0 }) end,
}
traffic "users" { to = writer, rate = rate, arrivals = "uniform" }

variant "one key"   { }
variant "many keys" { keys = 1000000 }

slo { "db.throttles < 1%" }
simulate { duration = "5min", warmup = "1min", seed = 18 }
