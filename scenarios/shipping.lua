-- The shipping microservice of an online shop: order ready -> validate address -> make label -> confirm by mail.
-- Question: where does an order wait, what does one shipped order cost, and what breaks first on a sale day?
-- Expect: a normal day (20/s on average, 40/s at the peak) passes; a million orders cost $26, half of it the labels' compute. On
--         a sale day 78/s need a label and 40 workers make 47/s: the oldest label waits 9 h. With 200 workers the carrier's 60/s
--         are the wall: 1.8 million 429s, still 8 h of waiting, and hundreds of orders in the dead-letter queue.
-- Try: --variant all, -p orders=50/s, -p label_concurrency=80, --set carrier.limit=200/s; with --set to-label.partial_batch=true
--      the queue stops taking workers away as labels fail: then nobody waits, and 2.5 million orders are dead letters.
scenario "shipping" {
  question = "Where does an order wait, what does one shipped order cost, and what breaks first on a sale day?",
}

local orders_rate = param("orders", "20/s", { doc = "orders, on average over the day" })
local label_conc  = param("label_concurrency", 40, { min = 2, max = 1000, doc = "label workers at once" })

-- what the functions talk to -------------------------------------------------
local orders  = kv     "orders"  { mode = "on_demand", item = "2KB" }
local labels  = bucket "labels"  { }
local geo     = external "geocoder" { latency = lognormal { p50 = "90ms",  p99 = "700ms" }, errors = "0.5%" }
local carrier = external "carrier"  { latency = lognormal { p50 = "450ms", p99 = "3s"    }, errors = "1%", limit = "60/s" }

-- step 3: confirmation mail --------------------------------------------------
local mail = fn "send-mail" {
  memory = "256MB", runtime = "nodejs22", timeout = "10s",
  handler = function(r)
    r:cpu "3ms"
    r:wait(lognormal { p50 = "40ms", p99 = "200ms" })     -- SES
  end,
}
local shipped = topic "shipped" { subscribers = { mail } }

-- step 2: label --------------------------------------------------------------
local make_label = fn "make-label" {
  memory = "1024MB", runtime = "python3.13", timeout = "30s",
  handler = function(r)
    r:try(function(t) t:call(carrier) end,
          { retries = 2, timeout = "5s", backoff = expo("200ms", { max = "2s" }) })
    r:cpu "35ms"                                          -- render the PDF
    r:all {                                               -- in parallel, wait for both
      function(b) b:write(labels, { size = "120KB" }) end,
      function(b) b:put(orders) end,
    }
    r:publish(shipped)
  end,
}
local label_dlq = queue "label-dlq" { retention = "14d" }
local to_label  = queue "to-label" {
  consumer = make_label, batch = 1, visibility = "3min",  -- 6 x the function timeout
  max_receive = 3, dlq = label_dlq, max_concurrency = label_conc,
}

-- step 1: address check, behind the API --------------------------------------
local validate = fn "validate-address" {
  memory = "512MB", runtime = "nodejs22", timeout = "6s",
  handler = function(r)
    r:cpu "4ms"
    r:get(orders)
    r:try(function(t) t:call(geo) end, { retries = 1, timeout = "2s" })
    r:choose {
      { 0.97, function(b) b:put(orders) b:send(to_label) b:respond(202) end },
      { 0.03, function(b) b:put(orders) b:respond(422) end },        -- bad address: business answer, not an error
    }
  end,
}

local shop = http_api "shop" { ["POST /orders/{id}/ready"] = validate }

traffic "warehouse" {
  to   = shop "POST /orders/{id}/ready",
  rate = diurnal { mean = orders_rate, peak = 2.0, peak_at = "15h" },
  timeout = "10s",
}

variant "normal day" { }
variant "sale day"   { orders = "80/s" }
variant "sale, wide" { orders = "80/s", label_concurrency = 200 }

slo {
  "shop.latency.p99 < 1500ms",
  "to-label.age.max < 5min",
  "label-dlq.depth.max < 1",
  "cost < $1500/month",
}

simulate { duration = "24h", warmup = "10min", seed = 7 }
