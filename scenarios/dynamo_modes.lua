-- A table is written 500 times a second, or 50 times on average: 1,000/s for three minutes of every hour, and nothing between.
-- Question: pay by request (on demand), or for capacity kept ready (provisioned)?
-- Expect: capacity is cheaper where more than 28.9 % of it is used (14.4 % before on demand became half as dear in November 2024).
--         Flat: $821 a month on demand, $339 for 715 units (70 % used). Peaky: $82 on demand, $678 for 1,429 units (70 % used in the peak).
-- Try: --variant all, -p mode=provisioned -p wcu=1731 (even), -p shape=peaky -p mode=provisioned -p wcu=380 (burst credits carry the peak)
scenario "dynamo-modes" {
  question = "When is provisioned capacity cheaper than paying by request?",
}

local shape = param("shape", "flat", { one_of = { "flat", "peaky" }, doc = "how the writes come" })
local mode  = param("mode", "on_demand", { one_of = { "on_demand", "provisioned" }, doc = "how the table is billed" })
local wcu   = param("wcu", 715, { min = 1, max = 40000, doc = "units of capacity, where they are provisioned" })

local db = kv "db" {
  mode = mode, item = "1KB",
  wcu = mode == "provisioned" and wcu or nil, rcu = mode == "provisioned" and 1 or nil,
}
local writer = fn "writer" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
  handler = function(r) r:put(db, { retries = 0 }) end,
}
traffic "users" {
  to = writer, arrivals = "uniform",
  rate = shape == "flat" and "500/s" or spike { base = "0/s", peak = "1000/s", at = "50min", lasts = "3min" },
}

variant "flat, on demand"    { }
variant "flat, provisioned"  { mode = "provisioned" }
variant "peaky, on demand"   { shape = "peaky" }
variant "peaky, provisioned" { shape = "peaky", mode = "provisioned", wcu = 1429 }

slo { "db.throttles < 0.1%" }
simulate { duration = shape == "flat" and "10min" or "1h", seed = 17 }
