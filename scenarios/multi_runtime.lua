-- A light API and a heavy computation: should each function have the memory it needs, or all of them the same?
-- Question: what does one size for all functions cost, against a size for each?
-- Expect: $6.52 a million requests with 512 MB for the API and 1,769 MB for the computation; $12.19 with 3,008 MB for both.
--         More memory than one vCPU's worth helps no single-threaded work, it is only billed.
-- Try: --variant all, -p api_memory=128MB, -p ml_memory=3008MB, -p ml_share=0.5
scenario "multi-runtime" {
  question = "What does one memory size for every function cost, against a size for each?",
}

local api_memory = param("api_memory", "512MB", { doc = "memory of the API's function" })
local ml_memory  = param("ml_memory", "1769MB", { doc = "memory of the computation" })
local ml_share   = param("ml_share", 0.1, { min = 0, max = 1, doc = "share of requests that compute" })

local api = fn "api" {
  memory = api_memory, runtime = "nodejs22", init = "0ms", first_run = "0ms", timeout = "10s",
  handler = function(r) r:cpu "10ms" r:wait "40ms" end,
}
local ml = fn "ml" {
  memory = ml_memory, runtime = "python3.13", init = "0ms", first_run = "0ms", timeout = "30s",
  handler = function(r) r:cpu "2s" end,
}
traffic "users" { to_mix = { { 1 - ml_share, api }, { ml_share, ml } }, rate = "100/s" }

variant "a size for each" { }
variant "one size"        { api_memory = "3008MB", ml_memory = "3008MB" }

slo { "users.errors < 0.1%" }
simulate { duration = "1h", seed = 30 }
