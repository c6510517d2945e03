-- The same handler, 20 ms of work and 80 ms of waiting, as a function of 512 MB or in containers of 1 vCPU behind a load balancer.
-- Question: from which traffic on are containers cheaper?
-- Expect: flat traffic: two containers (the least that survive a failure) cost as much as the function at 24.7 requests/s where
--         it has a URL of its own, at 14.3 behind an HTTP API, at 18.9 with a load balancer before both; above that they are cheaper.
--         Peaky traffic, 500/s for 4 hours a day and 5/s else: $333 a month for the function. Containers that follow the load, 2 to
--         14, cost $143 and $37 of load balancer, but it takes them 25 minutes, in which 5 % of the day's requests are refused.
-- Try: --variant all, -p style=service -p rate=100/s, -p shape=peaky -p style=service -p least=14 (nothing is refused: $505 and $37)
scenario "lambda-vs-container" {
  question = "From which traffic on are containers cheaper than functions?",
}

local style = param("style", "fn", { one_of = { "fn", "service" }, doc = "where the handler runs" })
local front = param("front", "url", { one_of = { "url", "http_api", "alb" }, doc = "what stands before the function" })
local shape = param("shape", "flat", { one_of = { "flat", "peaky" }, doc = "how the requests come" })
local rate  = param("rate", "24.7/s", { doc = "requests, where they are flat" })
local least = param("least", 2, { min = 1, max = 50, doc = "containers there are at least" })
local hours = param("hours", 24, { min = 2.4, max = 24, doc = "length of a day of peaky traffic, where 24 takes too long" })

local function handler(r) r:cpu "20ms" r:wait "80ms" end
local target, entry
if style == "fn" then
  target = fn "app" {
    memory = "512MB", init = "0ms", first_run = "0ms", timeout = "10s", handler = handler,
  }
else
  target = service "app" {
    vcpu = 1, memory = "2GB", workers = 64, handler = handler,
    autoscale = { target = "75%", min = least, max = 50 },
  }
  front = "alb"
end
if front == "url" then
  entry = url "edge" { target }
elseif front == "http_api" then
  entry = http_api "edge" { ["GET /"] = target } "GET /"
else
  entry = alb "edge" { ["GET /"] = target } "GET /"
end

local function of_day(h) return string.format("%.6fh", hours * h / 24) end
traffic "users" {
  to = entry,
  rate = shape == "flat" and rate or spike { base = "5/s", peak = "500/s", at = of_day(10), lasts = of_day(4) },
}

variant "function url"      { }
variant "http api"          { front = "http_api", rate = "14.3/s" }
variant "function, alb"     { front = "alb", rate = "18.9/s" }
variant "containers"        { style = "service" }
variant "peaky, function"   { shape = "peaky" }
variant "peaky, containers" { shape = "peaky", style = "service" }

slo { "users.errors < 1%" }
simulate { duration = shape == "flat" and "2h" or of_day(24), seed = 26 }
