-- One small function behind an HTTP API: the first run to make.
-- Question: what does 50 requests/s cost in a month, and how often do its users meet a cold start?
-- Expect: 27.6 ms in the function (8 ms of CPU at 512 MB), billed as 28 ms; $188 a month, of which 70 % is the gateway;
--         a cold start whenever more calls meet than ever before or in the last minutes: 2 to 9 in the first hour.
-- Try: -p memory=1769MB (3.5 times as fast, same bill), -p rate=1/min (every user is alone: each call is slower).
scenario "hello" { question = "What does 50 requests/s cost, and how often do users see a cold start?" }

local memory = param("memory", "512MB")          -- tepid run hello.lua -p memory=1024MB
local rate   = param("rate",   "50/s")

local hello = fn "hello" {
  memory = memory, runtime = "nodejs22", timeout = "3s",
  handler = function(r) r:cpu "8ms" end,         -- 8 ms of one full vCPU: 27.6 ms at 512 MB
}
local web = http_api "web" { ["GET /hello"] = hello }
traffic "users" { to = web "GET /hello", rate = rate }   -- Poisson arrivals unless told otherwise

slo { "web.latency.p99 < 300ms", "web.errors < 0.1%", "cost < $250/month" }
simulate { duration = "1h", warmup = "5min", seed = 42 }
