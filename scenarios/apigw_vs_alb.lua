-- Five million requests a day pass through a gateway. AWS has three that would do.
-- Question: what does the gateway itself cost?
-- Expect: in a month of 730 h (152 million requests) a REST API $532.29, an HTTP API $152.08, a load balancer $29.94.
--         A load balancer costs $16.43 a month idle: an HTTP API is cheaper below 6.9 requests/s, a REST API below 1.8.
-- Try: --variant all, -p rate=1/s, -p rate=1000/s, --set edge.size=100KB (with the load balancer: now bytes are what it counts)
scenario "apigw-vs-alb" {
  question = "What does the gateway itself cost: REST API, HTTP API or load balancer?",
}

local front = param("front", "http_api", { one_of = { "rest_api", "http_api", "alb" }, doc = "what stands before the function" })
local rate  = param("rate", "5000000/day", { doc = "requests" })

local app = fn "app" {
  memory = "128MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
  handler = function(r) r:wait "1ms" end,
}
local kinds = { rest_api = rest_api, http_api = http_api, alb = alb }
local edge = kinds[front] "edge" { ["GET /"] = app }
traffic "users" { to = edge "GET /", rate = rate, arrivals = "uniform" }

variant "rest api" { front = "rest_api" }
variant "http api" { }
variant "alb"      { front = "alb" }

slo { "edge.errors < 0.1%" }
simulate { duration = "1h", seed = 27 }
