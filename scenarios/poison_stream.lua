-- Records of a stream are counted by a function. One record makes it fail, every time.
-- Question: what does one bad record do to its shard?
-- Expect: without a limit the shard stands still and its age grows by a second every second until the record expires. With
--         bisecting the mapping finds it: 1 + log2(batch) failing calls and the retries, then it moves on.
-- Try: --variant all, -p retries=5, --set clicks.max_age=1h
scenario "poison-stream" {
  question = "What does one record that always fails do to a stream?",
}

local bisect  = param("bisect", false, { doc = "true: a failing batch is split in two" })
local retries = param("retries", "forever", { doc = "retries of a failing batch, or forever" })

local lost = queue "lost" { retention = "14d" }
local count = fn "count" {
  memory = "512MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  handler = function(r)
    r:records(function(m)
      m:wait "1ms"
      m:when(attr "kind":is "poison", function(b) b:fail() end)
    end)
  end,
}
local clicks = stream "clicks" {
  shards = 1, consumer = count, batch = 100, bisect = bisect, retries = retries ~= "forever" and retries or nil,
  on_failure = lost,
}
traffic "users"  { to = clicks, rate = "50/s", attrs = { kind = { good = 1 } } }
traffic "vandal" { to = clicks, rate = burst { n = 1, at = "10min" }, attrs = { kind = { poison = 1 } } }

variant "blocked" { }
variant "bisect"  { bisect = true, retries = 2 }

slo { "clicks.age.max < 5min" }
simulate { duration = "1h", warmup = "1min", seed = 16 }
