-- A table is written 500 times a second, or 50 times on average with a peak of 1,000. It may be billed by request or by capacity.
-- Question: on-demand or provisioned?
-- Expect: provisioned capacity is cheaper above 28.9 % of mean use. Flat: $821 a month on demand against $339 for 715 units (70 %
--         used). Peaky: $82 on demand against $678 for units that last for the peak (14.4 % would have been even before November 2024).
-- Try: --variant all, -p wcu=500, -p shape=peaky
scenario "dynamo-modes" {
  question = "When is provisioned capacity cheaper than paying by request?",
}

local shape = param("shape", "flat", { one_of = { "flat", "peaky" }, doc = "how the writes come" })
local mode  = param("mode", "on_demand", { one_of = { "on_demand", "provisioned" }, doc = "how the table is billed" })
local wcu   = param("wcu", 715, { min = 1, max = 40000, doc = "units, where they are provisioned" })

local db = kv "db" { mode = mode, item = "1KB", wcu = mode == "provisioned" and wcu or nil,
                     rcu = mode == "provisioned" and 1 or nil }
local writer = fn "writer" {
  memory = "256MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
  handler = function(r) r:put(db) end,
}
traffic "users" {
  to = writer,
  rate = shape == "flat" and "500/s" or mmpp { { "1000/s", "1min" }, { "0/s", "19min" } },
}

variant "flat, on demand"    { }
variant "flat, provisioned"  { mode = "provisioned" }
variant "peaky, on demand"   { shape = "peaky" }
variant "peaky, provisioned" { shape = "peaky", mode = "provisioned", wcu = 1429 }

slo { "writer.errors < 1%" }
simulate { duration = "24h", seed = 17 }
