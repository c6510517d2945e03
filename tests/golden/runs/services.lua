-- services.lua - every kind of resource with every setting and operation of the language, wired to each other.
scenario "services" { question = "Does everything work together, and give the same bytes everywhere?" }
account { concurrency = 3000, scaling = "1000/10s", api_rate = "10000/s", api_burst = 5000, platform = "aws-lambda", sdk = "2026-11" }
local dead = queue "dead" { retention = "14d" }
local tail = fn "tail" { handler = function(r) r:cpu "1ms" end }
local f = lambda "f" { memory = "512MB", runtime = "python3.13", arch = "arm64", timeout = "10s", init = "200ms", package = "zip", keep_alive = "aws-2020",
  max_lifetime = "2h", reuse = "lru", cold_binding = "strict", instance_concurrency = 1, reserved = 50,
  async_retries = 1, max_event_age = "1h", dlq = dead, on_success = dead,
  handler = function(r)
    r:records(function(m) m:cpu "1ms" end)
    r:get("db", { key = "a", size = "1KB", consistent = true, retries = 2 })
    r:put("db", { key = 5, size = "1KB" }) r:query("db", { items = 5 })
    r:exec "rel" r:read("files", { size = "10KB" }) r:write("files", { size = "10KB" })
    r:get("mem", { miss = function(m) m:get "db" end })
    r:invoke(tail) r:send("fifo", { n = 2, size = "2KB", group = "g1" }) r:publish "news" r:emit "events" r:push("clicks", { key = "k" })
    r:start "flow" r:call "ext" r:call "svc"
    r:try(function(t) t:call "ext" end, { retries = 1, timeout = "1s", backoff = expo("100ms", { max = "1s", jitter = "equal" }), budget = "10%", breaker = { errors = "50%", window = "10s", open = "5s" }, hedge = "500ms" })
    r:all { function(b) b:wait "1ms" end, function(b) b:wait "2ms" end }
    r:map(2, function(b) b:wait "1ms" end) r:each(2, function(b) b:wait "1ms" end)
    r:mark "m" r:memory "10MB" r:respond(200)
  end }
local p1 = fn "p1" { provisioned = 3, snapstart = false } 
local p2 = fn "p2" { provisioned = { { at = "0s", n = 2 }, { at = "10min", n = 5 } } }
local p3 = fn "p3" { provisioned = { min = 1, max = 5, target = "70%" } }
local s1 = fn "s1" { runtime = "java21", snapstart = true, on_failure = "news" }
local web = http_api "web" { ["GET /a"] = f, ["POST /b"] = { p1, limit = "100/s", burst = 50, timeout = "5s", authorizer = { tail, ttl = "5min", keys = 100 } }, limit = "1000/s", burst = 100, overhead = "5ms" }
local rest = rest_api "rest" { ["GET /a"] = { p2, cache = { hit = 0.5 } }, ["GET /b"] = { p3, cache = { ttl = "1min", keys = 100 }, authorizer = tail }, ["GET /w"] = "flow", ["GET /x"] = "ext", ["GET /s"] = "svc" }
queue "fifo" { consumer = tail, batch = 10, fifo = true, groups = 5, visibility = "1min", max_receive = 5, dlq = "dead2", partial_batch = true, delay = "1s", retention = "4d" }
queue "dead2" { fifo = true }
sqs "std" { consumer = tail, batch = 100, window = "1s", visibility = "30s", max_concurrency = 5, pollers = { min = 2, max = 10 } , max_concurrency = nil }
topic "news" { subscribers = { tail, "std" } }
bus "events" { rules = { { share = 1, to = tail }, { match = { tier = "gold" }, to = { "std", tail } } } }
stream "clicks" { shards = 2, consumer = tail, batch = 10, window = "1s", parallel = 2, bisect = true, retries = 3, max_age = "1h", keys = zipf { n = 100, s = 1 } }
kv "db" { mode = "provisioned", rcu = 100, wcu = 100, autoscale = { target = "70%", min = 5, max = 500 }, item = "2KB", keys = zipf { n = 1000, s = 1.1 }, latency = "3ms", stream = { consumer = tail, batch = 10 } }
dynamodb "db2" { keys = 100 }
sql "rel" { min_acu = 0.5, max_acu = 4, max_connections = 100, latency = "2ms", contention = "1ms", proxy = true }
aurora "rel2" { min_acu = 0, max_acu = 4, pause_after = "5min" }
rds "rel3" { instance = "db.t4g.micro" }
cache "mem" { hit = 0.8, latency = "1ms" }
elasticache "mem2" { ttl = "5min", keys = 1000 }
bucket "files" { latency = "100ms", on_put = tail }
s3 "files2" { on_put = { tail, "std" } }
service "svc" { vcpu = 1, memory = "2GB", tasks = 2, workers = 64, queue = 100, autoscale = { target = "60%", min = 2, max = 10 }, start = "40s", handler = function(r) r:cpu "5ms" end }
fargate "svc2" { vcpu = 0.5, memory = "1GB", handler = function(r) r:cpu "5ms" end }
container "svc3" { handler = function(r) r:cpu "5ms" end }
external "ext" { latency = lognormal { p50 = "10ms", p99 = "50ms" }, contention = "1ms", errors = "1%", limit = "100/s", concurrency = 50, queue = 100 }
workflow "flow" { kind = "standard", states = { { task = tail, retry = { retries = 2 }, catch = { { task = tail } } }, { wait = "1s" }, { choice = { { 0.5, { { task = tail } } }, { 0.5, { { wait = "2s" } } } } }, { parallel = { { { task = tail } }, { { task = tail } } } }, { map = { n = 5, max = 2, states = { { task = tail } } } } } }
step_functions "flow2" { kind = "express", states = { { task = tail } } }
alb "lb" { ["GET /"] = f, ["GET /s"] = "svc", overhead = "2ms" }
alb "lb2" { "svc2" }
url "u" { tail }
traffic "t" { to_mix = { { 1, web "GET /a" }, { 1, web "POST /b" }, { 1, rest "GET /a" }, { 1, rest "GET /b" }, { 1, rest "GET /w" }, { 1, rest "GET /x" }, { 1, rest "GET /s" } }, rate = "20/s", attrs = { tier = { gold = 0.1, silver = 0.9 } }, timeout = "20s", retry = { retries = 1 } }
for i, to in ipairs { "u", "fifo", "std", "news", "events", "clicks", "flow", "flow2", "ext", "svc", f, "rel2" ~= nil and "svc3" or nil } do traffic("t" .. i) { to = to, rate = "2/s" } end
traffic "l1" { to = alb "lb3" { ["GET /"] = tail } "GET /", rate = "1/s" }
traffic "l2" { to = "lb2", rate = "1/s" }
traffic "l3" { clients = 5, think = "1s", to = "lb GET /s" }
traffic "l4" { arrivals = exponential "1s", to = s1, start = "1min", stop = "5min" }
at "3min" { target = "db", latency = "x5", lasts = "1min" }
at "4min" { target = "std", set = { batch = 50 }, lasts = "1min" }
at "5min" { target = "ext", errors = 0.5, lasts = "1min" }
at "5min" { target = f, recycle = true }
at "6min" { target = "svc", latency = "x2", lasts = "1min" }
slo { "dead.depth.max < 1", "fifo.age.max < 5min", "db.consumed_wcu.max < 1000", "rel.connections.max < 100", "svc.utilisation.mean < 1", "\"mark m\".latency.p99 < 10s", "clicks.age.p99 < 10s", "std.duplicates < 10", "p3.spill < 50%" }
simulate { duration = "20min", warmup = "1min", seed = 5, sample = "10s" }
