-- The same handler, 20 ms of work and 80 ms of waiting, as a function of 512 MB or in containers of 1 vCPU behind a load balancer.
-- Question: from which traffic on are containers cheaper?
-- Expect: flat traffic: above 24.7 requests/s against a function URL, 14.3 against an HTTP API, 18.9 with a load balancer on both
--         sides. Peaky traffic (500/s for 4 h a day, 5/s else): $234 for the function, $138 plus the load balancer for autoscaled containers.
-- Try: --variant all, -p rate=10/s, -p rate=100/s
scenario "lambda-vs-container" {
  question = "From which traffic on are containers cheaper than functions?",
}

local style = param("style", "fn", { one_of = { "fn", "service" }, doc = "where the handler runs" })
local front = param("front", "url", { one_of = { "url", "http_api", "alb" }, doc = "what stands before the function" })
local rate  = param("rate", "24.7/s", { doc = "requests" })

local function handler(r) r:cpu "20ms" r:wait "80ms" end
local target, entry
if style == "fn" then
  target = fn "app" { memory = "512MB", init = "0ms", first_run = "0ms", timeout = "10s", handler = handler }
else
  target = service "app" { vcpu = 1, memory = "2GB", tasks = 2, workers = 64, handler = handler }
  front = "alb"
end
if front == "url" then
  entry = url "edge" { target }
elseif front == "http_api" then
  entry = http_api "edge" { ["GET /"] = target } "GET /"
else
  entry = alb "edge" { ["GET /"] = target } "GET /"
end
traffic "users" { to = entry, rate = rate }

variant "function url"  { }
variant "http api"      { front = "http_api", rate = "14.3/s" }
variant "function, alb" { front = "alb", rate = "18.9/s" }
variant "containers"    { style = "service" }

slo { "users.errors < 1%" }
simulate { duration = "2h", warmup = "10min", seed = 26 }
