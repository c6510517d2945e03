-- Everything that keeps data, with every setting once.
local seen = fn "seen" { timeout = "10s", handler = function(r) r:records(function(m) m:cpu "1ms" end) end }
local carts = kv "carts" {
  mode = "provisioned", rcu = 50, wcu = 40, autoscale = { target = "70%", min = 5, max = 400 }, scaling_delay = "30s",
  item = "2KB", keys = zipf { n = 1000, s = 1 }, latency = "5ms", partitions = 3, split_after = "60s", burst = "300s",
  storage = "20GB", stream = { consumer = seen, batch = 10, window = "1s", parallel = 2, retries = 2, bisect = true },
}
local users = kv "users" { keys = 500, max_rcu = 3000, max_wcu = 900, warm_rcu = 12000, warm_wcu = 4000, item = uniform("1KB", "9KB") }
local shop = sql "shop" {
  min_acu = 0.5, max_acu = 4, max_connections = 60, latency = "4ms", connect = "20ms", contention = "1ms",
  per_acu = 2, proxy = { borrow_timeout = "5s", max_percent = "80%" }, scale_every = "10s", scale_target = "70%",
  scale_step = "50%", io = 3, io_optimized = true, engine = "mysql",
}
local old = sql "old" { instance = "db.t4g.micro", multi_az = true, per_vcpu = 2, max_connections = 20 }
local naps = sql "naps" { min_acu = 0, max_acu = 1, pause_after = "300s", resume = "10s" }
local near = cache "near" { ttl = "30s", keys = zipf { n = 100, s = 1 }, latency = "1ms", item = "2KB", engine = "redis" }
local far = cache "far" { hit = "80%", storage = "2GB" }
local files = bucket "files" {
  latency = "60ms", object = uniform("10KB", "2MB"), throughput = "50MB", prefixes = 4, on_put = { seen }, delivery = "1s",
  storage = "1TB",
}
local carrier = external "carrier" {
  latency = exponential "80ms", contention = "2ms", errors = "1%", limit = "90/s", burst = 30, concurrency = 20, queue = 50,
  abandoned = "drop",
}
local front = fn "front" {
  memory = "1GB", timeout = "10s", instance_concurrency = 2, provisioned = { min = 2, max = 9, target = "60%", statistic = "maximum" },
  handler = function(r)
    r:get(near, { miss = function(m) m:get(users, { consistent = true, key = "k" }) end })
    r:get(far, { key = 7, miss = function(m) m:exec(shop, { time = "20ms" }) end })
    r:put(carts, { size = "4KB", transactional = true, retries = 3 })
    r:query(users, { items = 20 })
    r:exec(old)
    r:exec(naps)
    r:read(files, { size = "120KB" })
    r:write(files)
    r:put(near)
    r:try(function(b) b:call(carrier) end, {
      retries = 2, timeout = "300ms", hedge = "100ms", breaker = { errors = "50%", window = "10s", open = "5s" },
    })
  end,
}
traffic "visits" { to = front, rate = "25/s", retry = "sdk-2026-11" }
at "20s" { target = carts, set = { rcu = 10, wcu = 5 }, lasts = "10s" }
at "30s" { target = shop, latency = "x5", set = { max_connections = 10 }, lasts = "10s" }
at "40s" { target = carrier, set = { concurrency = 0 }, lasts = "3s" }
pricing { free_tier = true, logs = "2KB", transfer = "9KB" }
simulate { duration = "1min", seed = 4 }
