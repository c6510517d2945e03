-- On the hour 5,000 jobs of 60 s are due, and the account may run 1,000 at a time. How long does it take, and who waits for whom?
-- Question: how long until all of them are done: asynchronous, through a queue, or with a larger quota?
-- Expect: five waves of 60 s are 300 s, where pollers stand ready ($18.50 an hour); where they ramp up, 429 s; asynchronous, after
--         ever longer pauses, 571 s. Quota 5,000, clients that retry: 1,000 at once, 1,000 more every 10 s; done after 40 s + 60 s.
-- Try: --variant all, -p jobs=10000, -p style=queue -p told=no (the mapping does not know the quota: throttled, 7 s later)
scenario "cron-herd" {
  question = "5,000 jobs at the full hour: how long until all of them are done?",
}

local style = param("style", "async", { one_of = { "async", "queue", "ready queue", "clients" }, doc = "how the jobs reach the function" })
local quota = param("quota", 1000, { min = 100, max = 100000, doc = "concurrency of the account" })
local jobs  = param("jobs", 5000, { min = 1, max = 100000, doc = "jobs due on the hour" })
local told  = param("told", "yes", { one_of = { "yes", "no" }, doc = "whether the queue's mapping keeps to the quota" })

account { concurrency = quota }
local job = fn "job" {
  memory = "512MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "5min",
  handler = function(r) r:wait "60s" r:mark "done" end,
}
local to, retry = job, nil
if style == "async" then
  to = topic "all" { subscribers = { job } }
elseif style == "clients" then                            -- whoever is refused tries again four times a second
  retry = { retries = 1000, backoff = expo("250ms", { max = "250ms", jitter = "none" }) }
else
  local ready = style == "ready queue"
  to = queue "herd" {
    consumer = job, batch = 1, visibility = "30min", delivery = "0ms",
    pollers = ready and { min = math.min(quota // 10, 200), max = quota // 10 } or nil,   -- ten invocations each
    max_concurrency = not ready and told == "yes" and math.min(quota, 1000) or nil,
  }
end
traffic "clock" { to = to, rate = burst { n = jobs, at = "0s" }, retry = retry }

variant "asynchronous"    { }
variant "queue"           { style = "queue" }
variant "ready queue"     { style = "ready queue" }
variant "quota of 5000"   { style = "clients", quota = 5000 }

slo { "\"mark done\".latency.max < 15min" }
simulate { duration = "15min", seed = 25 }
