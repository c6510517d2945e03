-- The same business steps of a shop in three deployments: containers, one big function, four microservices.
-- Question: for this traffic, which is cheapest and which is fastest?
-- Expect: at 2/s the microservices start cold most often, the lambdalith less, the containers never and they are the fastest, for
--         a task has a whole vCPU; but two tasks cost $72 a month at any rate they can serve, as much as 56/s of function calls:
--         below that functions are cheaper (eight times at 2/s), above it containers. One function or four cost the same.
-- Try: --variant all, -p rate=100/s (containers win), -p rate=0.02/s (cold starts), -p memory=1769MB (functions as fast)
scenario "monolith-vs-microservices" {
  question = "For this traffic, which is cheapest and which is fastest: container monolith, one big function, or four microservices?",
}
local steps = require "lib.shopsteps"

local style = param("style", "micro", { one_of = { "container", "lambdalith", "micro" }, doc = "how the steps are deployed" })
local rate  = param("rate", "2/s", { doc = "requests, on average over the day" })
local mem   = param("memory", "512MB", { doc = "memory of each function" })

local db  = kv "shop-db" { mode = "on_demand", item = "1KB" }
local psp = external "payment" { latency = lognormal { p50 = "180ms", p99 = "1200ms" }, errors = "0.3%" }

-- a plain Lua table and loop: evaluated at load time, so it costs nothing per request
local routes = {
  { "GET /catalogue", steps.catalogue(db),     0.70 },
  { "POST /cart",     steps.cart(db),          0.20 },
  { "POST /checkout", steps.checkout(db, psp), 0.08 },
  { "POST /ship",     steps.shipping(db),      0.02 },
}

local api_routes = {}
if style == "micro" then
  for _, s in ipairs(routes) do
    api_routes[s[1]] = fn(s[1]:match "/(%w+)") { memory = mem, runtime = "nodejs22", timeout = "10s", handler = s[2] }
  end
else
  local function everything(r)                             -- one deployable that does whatever the route asks
    local t = {}
    for i, s in ipairs(routes) do t[i] = { s[3], s[2] } end
    r:choose(t)
  end
  local one = style == "lambdalith"
    and fn "shop" { memory = mem, runtime = "nodejs22", timeout = "10s", handler = everything }
    or  service "shop" { vcpu = 1, memory = "2GB", tasks = 2, workers = 64,
                         autoscale = { target = "60%", min = 2, max = 30 }, handler = everything }
  for _, s in ipairs(routes) do api_routes[s[1]] = one end
end
local api = http_api "api" (api_routes)

local mix = {}
for i, s in ipairs(routes) do mix[i] = { s[3], api(s[1]) } end
traffic "shoppers" { to_mix = mix, rate = diurnal { mean = rate, peak = 4.0, peak_at = "20h" } }

variant "container"  { style = "container" }
variant "lambdalith" { style = "lambdalith" }
variant "micro"      { style = "micro" }

slo { "api.latency.p99 < 1500ms", "api.errors < 1%" }
simulate { duration = "24h", warmup = "30min", seed = 11 }
