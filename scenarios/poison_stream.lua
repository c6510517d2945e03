-- Clicks are counted by a function that reads a stream of one shard. One record, ten minutes in, makes it fail every time.
-- Question: what does one bad record do to its shard?
-- Expect: without a limit the shard stands still, and its oldest record is a second older every second: 150,000 clicks wait after
--         50 minutes, until the record expires (24 h). `max_age` ends that after 10 minutes. Bisecting finds the record: in a batch of
--         64 with 2 retries 1 + log2(64) + 2 = 9 failing calls, the good ones of the batch are counted, the bad one is a dead letter.
-- Try: --variant all, -p bisect=true -p retries=5, -p batch=1000 -p bisect=true -p retries=2
scenario "poison-stream" {
  question = "What does one record that always fails do to a stream?",
}

local batch   = param("batch", 64, { min = 1, max = 10000, doc = "records of one call at most" })
local bisect  = param("bisect", false, { doc = "true: a failing batch is split in two" })
local retries = param("retries", "forever", { doc = "retries of a failing batch, or forever" })
local max_age = param("max_age", "forever", { doc = "age at which records are given up, or forever" })

local lost = queue "lost" { retention = "14d" }
local count = fn "count" {
  memory = "512MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "1min",
  handler = function(r)
    r:records(function(m)
      m:wait "1ms"
      m:when(attr "kind":is "poison", function(b) b:fail() end)
    end)
  end,
}
local clicks = stream "clicks" {
  consumer = count, batch = batch, window = "5min", bisect = bisect, on_failure = lost,
  retries = retries ~= "forever" and retries or nil, max_age = max_age ~= "forever" and max_age or nil,
}
traffic "users"  { to = clicks, rate = "50/s", attrs = { kind = { good = 1 } } }
traffic "vandal" { to = clicks, rate = burst { n = 1, at = "10min" }, attrs = { kind = { poison = 1 } } }

variant "blocked" { }
variant "max age" { max_age = "10min" }
variant "retries" { retries = 2 }
variant "bisect"  { retries = 2, bisect = true }

slo { "clicks.depth.max < 10000" }
simulate { duration = "1h", warmup = "1min", seed = 16 }
