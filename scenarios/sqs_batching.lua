-- A function works off a queue: 20 ms for every invocation, and 5 ms for every message.
-- Question: what do larger batches save, and what does waiting for them take?
-- Expect: $1.50 a million messages one by one, $0.53 in batches of 10 (fewer requests, less polling, the 20 ms are shared), and each
--         done 68 ms later. A batch fills only if someone waits for it: with a window of 0 s the mean batch stays at one.
-- Try: --variant all, -p window=1s, -p rate=10/s, -p batch=100 -p window=2s
scenario "sqs-batching" {
  question = "What do larger batches save, and what does waiting for them take?",
}

local batch  = param("batch", 10, { min = 1, max = 10000, doc = "most messages of an invocation" })
local window = param("window", "300ms", { doc = "how long an invocation waits for its batch to fill" })
local rate   = param("rate", "100/s", { doc = "messages" })

local work = fn "work" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  handler = function(r)
    r:wait "20ms"
    r:records(function(m) m:wait "5ms" m:mark "done" end)
  end,
}
local jobs = queue "jobs" { consumer = work, batch = batch, window = window, visibility = "2min" }
traffic "producer" { to = jobs, rate = rate }

variant "one by one"   { batch = 1, window = "0s" }
variant "ten, window"  { }
variant "ten, at once" { window = "0s" }

slo { "\"mark done\".latency.p99 < 1s" }
simulate { duration = "10min", warmup = "1min", seed = 13 }
