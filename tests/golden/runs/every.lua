-- Every operation of a handler, every setting of a function and of a gateway, each distribution once.
-- Nothing here is meant to be a good design: it is there so that the same bytes come out everywhere.
scenario "every" { question = "Do all operations give the same bytes on every machine?" }

local fast = param("fast", "3ms", { min = "1ms", max = "1s", doc = "the work of one step" })

account { concurrency = 300, scaling = "500/10s" }

local leaf = fn "leaf" {
  memory = "1769MB", runtime = "python3.12", arch = "arm64", timeout = "2s", reuse = "random",
  init = lognormal { p50 = "90ms", p99 = "400ms" }, first_run = exponential "5ms",
  keep_alive = uniform("20s", "2min"), max_lifetime = "4min",
  handler = function(r)
    r:wait(mix { { 7, normal { mean = "8ms", sd = "3ms" } }, { 2, gamma { mean = "12ms", cv = 0.7 } },
      { 1, weibull { mean = "20ms", cv = 1.4 } } })
    r:maybe("2%", function(b) b:fail "crash" end)
    r:maybe("1%", function(b) b:fail "timeout" end)
  end,
}

local slow = fn "slow" {
  memory = "512MB", reserved = 12, provisioned = 4, cold_binding = "late", reuse = "lru", timeout = "1s",
  handler = function(r)
    r:cpu(pareto { min = "4ms", alpha = 1.6 })
    r:wait(erlang { mean = "30ms", k = 3 })
    r:wait(percentiles { p0 = "1ms", p50 = "5ms", p90 = "20ms", ["p99.9"] = "700ms", p100 = "2s" })
  end,
}

local pack = fn "pack" {
  memory = "1GB", package = "image", instance_concurrency = 4, snapstart = false,
  handler = function(r) r:cpu(fast) r:respond(201) end,
}

local inner = rest_api "inner" {
  limit = "200/s", burst = 40,
  ["POST /pack"] = pack,
}

local front = fn "front" {
  memory = "1GB", runtime = "java21", keep_alive = "aws-2021",
  handler = function(r)
    r:cpu(fast)
    r:memory(uniform("200MB", "1100MB"))
    r:mark "begun"
    r:choose { { 3, function(b) b:call(leaf) end }, { 1, function(b) b:wait "4ms" end } }
    r:when(attr "tier":is "gold", function(b) b:cpu "1ms" end, function(b) b:cpu "2ms" end)
    r:when(attr "size":gt(5), function(b) b:wait "2ms" end)
    r:all { function(b) b:call(slow) end, function(b) b:wait(exponential "6ms") end }
    r:map(3, function(b) b:call(leaf) end)
    r:each(uniform(0, 4), function(b) b:cpu(fast) end)
    r:try(function(b) b:call(slow) end, {
      retries = 2, timeout = "120ms", on = { "timeout", "throttle", 503 }, budget = "20%",
      backoff = expo("20ms", { max = "200ms", jitter = "decorrelated" }),
      on_error = function(b) b:mark "gave up" end,
    })
    r:maybe(0.3, function(b) b:call(inner "POST /pack") end, function(b) b:wait "1ms" end)
    r:maybe("0.2%", function(b) b:respond(429) end)
    r:maybe("0.2%", function(b) b:fail() end)
    r:mark "done"
    r:respond(200)
  end,
}

local web = http_api "web" {
  limit = "400/s", burst = 100, overhead = lognormal { mean = "8ms", cv = 0.4 },
  ["GET /front"] = front,
  ["POST /leaf"] = leaf,
}

traffic "users" {
  to = web "GET /front", rate = "60/s", timeout = "1500ms",
  attrs = { tier = { gold = 0.1, silver = 0.9 }, size = { [1] = 3, [9] = 1 } },
  retry = { retries = 3, on = { "error", 429 }, backoff = expo("50ms", { jitter = "equal" }), budget = 0.1 },
}
traffic "callers" { to = web "POST /leaf", clients = 20, think = exponential "500ms" }

at "1min" { target = "slow", latency = "x8", errors = "5%", lasts = "30s" }
at "2min" { target = "leaf", recycle = true }
at "3min" { target = "slow", set = { reserved = 6 }, lasts = "30s" }

slo { "web.latency.p99 < 10s", "errors < 90%", "mark done.latency.p50 < 10s" }
simulate { duration = "5min", warmup = "20s", seed = 11, sample = "5s" }
