-- Function A (50 ms) needs what function B (200 ms) does. A may wait for B, do B's work itself, or leave it to a queue.
-- Question: what does it cost when one function waits for another?
-- Expect: waiting costs 82 % more than one merged function, for A is billed while B works. Through a queue that hands B ten
--         at a time it costs a third less than waiting, three requests to the queue included.
-- Try: --variant all, -p batch=1, --set a.memory=128MB
scenario "double-billing" {
  question = "What does it cost when one function waits for another?",
}

local style = param("style", "sync", { one_of = { "merged", "sync", "queue" }, doc = "how A reaches B" })
local batch = param("batch", 10, { min = 1, max = 10, doc = "messages of an invocation of B" })

local function work(name, handler)
  return fn(name) { memory = "512MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
                    handler = handler }
end
local b, jobs
if style ~= "merged" then
  b = work("b", function(r) r:records(function(m) m:wait "200ms" end) end)
end
if style == "queue" then   -- a send takes no time here, as a call takes none beyond B's
  jobs = queue "jobs" { consumer = b, batch = batch, window = "1s", visibility = "2min", latency = "0ms" }
end
local a = work("a", function(r)
  r:wait "50ms"
  if style == "merged" then r:wait "200ms" end
  if style == "sync" then r:call(b) end
  if style == "queue" then r:send(jobs) end
end)
traffic "users" { to = a, rate = "100/s", arrivals = "uniform" }   -- 262.8 million a month

variant "merged" { style = "merged" }
variant "sync"   { style = "sync" }
variant "queue"  { style = "queue" }

slo { "a.errors < 0.1%" }
simulate { duration = "20min", warmup = "1min", seed = 8 }
