-- Everything that takes messages, with every setting once.
account { concurrency = 500, scaling = "500/10s", api_rate = "5000/s", api_burst = 900, sdk = "legacy" }

local dead = queue "dead" { retention = "14d" }
local late = fn "late" { handler = function(r) r:cpu "2ms" r:maybe("10%", function(b) b:fail() end) end }
local news = topic "news" {
  subscribers = { late, "jobs", "orders" }, latency = "12ms", delivery = "30ms", limit = "300/s", size = "2KB",
  filtered = { { match = { tier = "gold" }, to = late }, { share = 0.5, to = dead } }, jitter = "full", dlq = dead,
}
local events = bus "events" {
  rules = { { share = "20%", to = { late, news } }, { match = { tier = "gold" }, to = "clicks" } },
  latency = "15ms", delivery = "40ms", limit = "200/s", invocations = "900/s", size = "1KB", retries = 3,
  max_age = "1h", jitter = "none", dlq = dead,
}
local worker = fn "worker" {
  memory = "512MB", timeout = "5s", reserved = 40, provisioned = { { at = "10s", n = 4 }, { at = "40s", n = 1 }, every = "1min" },
  async_retries = 1, max_event_age = "2min", dlq = dead, async_jitter = "full", recursive_loop = "allow",
  handler = function(r)
    r:records(function(m) m:cpu "3ms" m:maybe("2%", function(b) b:fail() end) end)
    r:publish(news, { size = "3KB", n = 2 })
  end,
}
queue "jobs" {
  consumer = worker, batch = 20, window = "2s", visibility = "30s", max_receive = 5, dlq = dead, max_concurrency = 30,
  partial_batch = true, delay = "1s", retention = "4d", pollers = "2023", delivery = "20ms", latency = "9ms",
  receive_wait = "10s",
}
queue "orders" { consumer = late, fifo = true, groups = zipf { n = 50, s = 1.1 }, high_throughput = true, batch = 5 }
queue "steady" { consumer = worker, pollers = { min = 2, max = 20 }, visibility = "40s" }
stream "clicks" {
  shards = 3, consumer = worker, batch = 50, window = "1s", parallel = 2, bisect = true, retries = 4, max_age = "10min",
  backoff = "2s", partial_batch = true, dlq = dead, keys = zipf { n = 200, s = 0.8 }, record = "2KB", retention = "48h",
  fan_out = true, latency = "10ms", delivery = "70ms",
}
local front = fn "front" {
  memory = "256MB", on_failure = dead, on_success = news, delivery = "50ms",
  handler = function(r)
    r:send("jobs", { n = uniform(1, 5), size = "4KB" })
    r:send("orders", { group = "a" })
    r:send("steady", { n = 3, retries = 2 })
    r:push("clicks", { key = zipf { n = 20, s = 1 }, n = 4, size = "1KB" })
    r:emit(events, { n = 2, size = "2KB" })
    r:publish(news)
    r:invoke(late)
  end,
}
traffic "users" { to = front, rate = stages { { "30s", "20/s" }, { "30s", "80/s" } }, attrs = { tier = { gold = 0.2, free = 0.8 } } }
traffic "posts" { to = news, rate = "5/s" }
traffic "work" { to = "steady", rate = "9/s" }
at "20s" { target = "jobs", set = { batch = 5, max_concurrency = 2 }, lasts = "20s" }
at "30s" { target = "clicks", latency = "x20", lasts = "5s" }
at "35s" { target = events, errors = "50%", lasts = "5s" }
slo { "jobs.age.p99 < 10min", "news.latency.p99 < 10s", "front.cold < 100%" }
simulate { duration = "1min", warmup = "5s", seed = 3 }
