-- A service that works one request at a time is busy 70 % of the time. It stops for 8 seconds; clients give up after half a second.
-- Question: does it recover by itself, and what do retries have to do with it?
-- Expect: without retries after 17 s. With a single retry never: work for clients that have left fills the service, everybody
--         retries, and load stays at 140 %. Back-off and jitter do not help; a budget of 10 % does (25 s), a short queue does at once.
--         The rule: stuck if load x (1 + retries) is above 1. `probe` comes 30 s after the stop and sees who has recovered.
-- Try: --variant all, -p retries=1 -p rate=400/s (recovers), -p retries=3 -p rate=300/s (does not), --set backend.abandoned=drop
scenario "retry-storm" {
  question = "A service stops for eight seconds: does it ever recover?",
}

local rate    = param("rate", "700/s", { doc = "requests; the service can do 1,000/s" })
local retries = param("retries", 0, { min = 0, max = 10, doc = "retries of each client" })
local pause   = param("pause", "0ms", { doc = "first delay of the back-off, with full jitter" })
local budget  = param("budget", "none", { doc = "retries as a share of first tries" })
local bound   = param("bound", 0, { min = 0, max = 100000, doc = "places in the queue; 0: no bound" })

local backend = external "backend" {
  latency = exponential "1ms", concurrency = 1, queue = bound > 0 and bound or nil,
}
local retry = { retries = retries, budget = budget, backoff = expo(pause, { max = "2s", jitter = "full" }) }
traffic "users" { to = backend, rate = rate, timeout = "500ms", retry = retry }
traffic "probe" { to = backend, rate = "1/s", timeout = "500ms", retry = retry, start = "98s", arrivals = "uniform" }
at "60s" { target = backend, set = { concurrency = 0 }, lasts = "8s" }

variant "no retry"        { }
variant "1 retry"         { retries = 1 }
variant "3 with back-off" { retries = 3, pause = "100ms" }
variant "3, budget 10%"   { retries = 3, pause = "100ms", budget = "10%" }
variant "3, queue of 50"  { retries = 3, pause = "100ms", bound = 50 }
variant "3, load 20%"     { retries = 3, pause = "100ms", rate = "200/s" }

slo { "probe.errors < 1%" }
simulate { duration = "3min", warmup = "60s", seed = 22, sample = "1s" }
