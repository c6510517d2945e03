-- A function could be called at once or be fed by a queue, five messages at a time.
-- Question: what does the queue itself cost?
-- Expect: $1.20 a million without (requests $0.20, compute $1.00); $1.60 with: requests $0.04, compute $1.00, and
--         1.4 million requests to the queue $0.56, for every message is sent, and every five are received and deleted together.
-- Try: --variant all, -p batch=1, -p batch=10
scenario "queue-surcharge" {
  question = "What does a queue in front of a function cost?",
}

local style = param("style", "queue", { one_of = { "direct", "queue" }, doc = "how the work reaches the function" })
local batch = param("batch", 5, { min = 1, max = 10, doc = "messages of an invocation" })

local work = fn "work" {
  memory = "1024MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  handler = function(r) r:records(function(m) m:wait "60ms" end) end,
}
local to = work
if style == "queue" then
  to = queue "jobs" { consumer = work, batch = batch, window = "1s", visibility = "2min" }
end
traffic "producer" { to = to, rate = "100/s", arrivals = "uniform" }   -- 262.8 million a month

variant "direct" { style = "direct" }
variant "queue"  { }

slo { "cost < $500/month" }
simulate { duration = "20min", warmup = "1min", seed = 28 }
