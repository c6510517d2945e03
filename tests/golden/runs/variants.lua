-- Variants and replications: the pieces of work that several threads share.
scenario "variants" { question = "Does the number of threads leave every byte as it is?" }

local memory = param("memory", "512MB")
local rate = param("rate", "40/s")
local reserved = param("reserved", 20, { min = 1, max = 100 })

local f = fn "f" {
  memory = memory, reserved = reserved,
  handler = function(r) r:cpu(lognormal { mean = "20ms", cv = 1 }) end,
}
local web = http_api "web" { ["GET /"] = f }
traffic "users" { to = web "GET /", rate = rate, retry = { retries = 2 } }

variant "as it is" { }
variant "large" { memory = "1769MB" }
variant "crowded" { rate = "200/s", reserved = 3 }

slo { "web.latency.p99 < 2s", "web.errors < 50%" }
simulate { duration = "2min", warmup = "10s", seed = 8, reps = 3 }
