-- Five million requests a day pass through a gateway. AWS sells three.
-- Question: what does the gateway cost?
-- Expect: in a month of 730 h a REST API $532.29, an HTTP API $152.08, a load balancer $29.94 (150 million requests would be $525 and $150).
-- Try: --variant all, -p rate=1/s, -p rate=1000/s
scenario "apigw-vs-alb" {
  question = "What does the gateway itself cost: REST API, HTTP API or load balancer?",
}

local front = param("front", "http_api", { one_of = { "rest_api", "http_api", "alb" }, doc = "what stands before the function" })
local rate  = param("rate", "57.870370370/s", { doc = "requests: 5 million a day" })

local app = fn "app" { memory = "128MB", init = "0ms", first_run = "0ms", keep_alive = "forever",
                       handler = function(r) r:wait "1ms" end }
local kinds = { rest_api = rest_api, http_api = http_api, alb = alb }
local edge = kinds[front] "edge" { ["GET /"] = app }
traffic "users" { to = edge "GET /", rate = rate, arrivals = "uniform" }

variant "rest api" { front = "rest_api" }
variant "http api" { }
variant "alb"      { front = "alb" }

slo { "edge.errors < 0.1%" }
simulate { duration = "2h", warmup = "10min", seed = 27 }
