-- One request asks many, and waits for the slowest of them: what is rare for one is common for all.
-- Question: how many requests miss a deadline that each of the functions they ask keeps in 99 % of its calls?
-- Expect: 1 - 0.99^n: 1 % when one is asked, 9.6 % for 10, 63.4 % for 100.
--         The wide run misses its SLO on purpose: no tuning of the median helps, only fewer branches or a shorter tail.
-- Try: --variant all, -p branches=30, -p tail=40ms (a shorter tail), -p deadline=200ms.
scenario "fan-out" {
  question = "If each of n functions is slow once in a hundred calls, how often is a request that asks all of them?",
}

local branches = param("branches", 10, { min = 1, max = 300, doc = "functions asked at once" })
local tail     = param("tail", "100ms", { min = "21ms", max = "10s", doc = "p99 of one of them; its p50 is 20 ms" })
local deadline = param("deadline", "100ms", { min = "1ms", max = "1min", doc = "how long the user waits" })

local shard = fn "shard" {
  init = "0ms", first_run = "0ms", keep_alive = "forever", -- warm: this is about the tail, not about cold starts
  handler = function(r) r:wait(lognormal { p50 = "20ms", p99 = tail }) end,
}
local search = fn "search" {
  init = "0ms", first_run = "0ms", timeout = "10s",
  handler = function(r) r:map(branches, function(b) b:call(shard) end) end,
}
traffic "users" { to = search, rate = "20/s", timeout = deadline }

variant "ask one"     { branches = 1 }
variant "ask ten"     { branches = 10 }
variant "ask hundred" { branches = 100 }

slo { "users.timeouts < 10%" }
simulate { duration = "1h", seed = 1 }
