-- A rush of ten times the usual load meets a database that can take twice the usual load. A queue stands in between, or nothing.
-- Question: how long is the queue, how old is its oldest message, and when is it empty again?
-- Expect: 100/s, and 1,000/s for a minute, against 200/s: 48,000 messages wait at the end of the rush, the last one of them
--         for 240 s, and 480 s after the rush the queue is empty. Nothing is lost. Without a queue those 48,000 are refused.
-- Try: --variant all, -p workers=40, -p peak=2000/s, -p workers=10 (as many as the usual load needs: the queue never empties)
scenario "queue-load-leveling" {
  question = "A rush meets a slow database through a queue: how long do messages wait, and when is all well again?",
}

local style   = param("style", "queue", { one_of = { "queue", "direct" }, doc = "what users talk to" })
local peak    = param("peak", "1000/s", { doc = "rate of the rush" })
local workers = param("workers", 20, { min = 2, max = 1000, doc = "workers at once; each writes 10 a second" })

local write = fn "write" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  reserved = style == "direct" and workers or nil,
  handler = function(r) r:wait "100ms" end,               -- the database takes 10 writes a second from each
}
local to = write
if style == "queue" then
  to = queue "jobs" { consumer = write, batch = 1, visibility = "1min", max_concurrency = workers }
  slo { "jobs.age.max < 5min" }
end
traffic "users" {
  to = to, arrivals = "uniform", rate = spike { base = "100/s", peak = peak, at = "10min", lasts = "1min" },
}

variant "queue"    { }
variant "no queue" { style = "direct" }

slo { "errors < 0.1%" }
simulate { duration = "30min", warmup = "1min", seed = 11, sample = "1s" }
