-- A function depends on a service that fails for two minutes. A circuit breaker stops asking while it does.
-- Question: what does a circuit breaker change while the dependency is down, and afterwards?
-- Expect: nobody gets an answer during the outage either way. With the breaker the hanging service is asked some 800
--         times instead of 24,000 (12,000 requests and as many retries), the function's bill falls by nine tenths, and after
--         the outage it takes up to five seconds until the breaker's next trial finds all well.
-- Try: --variant all, -p rate=500/s, -p open=30s
scenario "circuit-breaker" {
  question = "What does a circuit breaker change while a dependency is down, and when it comes back?",
}

local rate    = param("rate", "100/s", { doc = "requests" })
local breaker = param("breaker", false, { doc = "true: with a circuit breaker" })
local open    = param("open", "5s", { doc = "how long the breaker stays open" })

local stock = fn "stock" {
  memory = "1769MB", init = "200ms", first_run = "0ms", timeout = "10s",
  handler = function(r) r:wait "20ms" end,
}
local shop = fn "shop" {
  memory = "1769MB", init = "200ms", first_run = "0ms", timeout = "10s",
  handler = function(r)
    r:cpu "1ms"
    r:try(function(t) t:call(stock) end, {
      retries = 1, timeout = "1s", backoff = expo("100ms"),
      breaker = breaker and { errors = "50%", window = "10s", open = open } or nil,
    })
  end,
}
traffic "users" { to = shop, rate = rate }
at "5min" { target = stock, latency = "x100", lasts = "2min" }    -- 2 s a call: it hangs

variant "no breaker" { }
variant "breaker"    { breaker = true }

slo { "users.errors < 25%" }
simulate { duration = "12min", warmup = "1min", seed = 23, sample = "1s" }
