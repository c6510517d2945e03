-- Memory buys CPU, and is paid by the millisecond: which size is cheapest depends on what the function does.
-- Question: which memory size is right for work that computes, and which for work that waits?
-- Expect: computing costs $11.72 per million calls at every size up to 1769 MB (one vCPU), where it is fastest, and
--         more beyond; waiting costs $0.97 at 128 MB and $8.98 at 1769 MB, for little gain. `cost` is for a million.
-- Try: --variant all, -p memory=3008MB, -p work=io -p memory=256MB, --set f.arch=arm64 (a fifth less per GB-s).
scenario "power-tuning" {
  question = "Which memory size is cheapest for a function that computes, and which for one that waits?",
}

local work   = param("work", "cpu", { one_of = { "cpu", "io" }, doc = "what the function does: compute or wait" })
local memory = param("memory", "1769MB", { min = "128MB", max = "10240MB", doc = "its memory, and CPU with it" })

local handlers = {
  cpu = function(r) r:cpu "400ms" end,                   -- one thread: beyond one vCPU it gains nothing
  io  = function(r) r:wait "300ms" r:cpu "5ms" end,      -- most of the time is somebody else's
}
local f = fn "f" { memory = memory, timeout = "30s", handler = handlers[work] }

-- A million evenly spaced calls are measured, and all of them answered: the cost of the run is the price of a million.
traffic "calls" { to = f, rate = "100/s", arrivals = "uniform", stop = "10060s" }

variant "cpu, 128MB"  { work = "cpu", memory = "128MB" }
variant "cpu, 512MB"  { work = "cpu", memory = "512MB" }
variant "cpu, 1769MB" { work = "cpu", memory = "1769MB" }
variant "cpu, 3008MB" { work = "cpu", memory = "3008MB" } -- misses the cost SLO: half the memory has no work to do
variant "io, 128MB"   { work = "io",  memory = "128MB" }
variant "io, 512MB"   { work = "io",  memory = "512MB" }
variant "io, 1769MB"  { work = "io",  memory = "1769MB" }

sweep {
  memory    = { "128MB", "256MB", "512MB", "1024MB", "1769MB", "3008MB" },
  objective = { minimise = "cost", subject_to = "slo" },
}

slo { "f.latency.p99 < 500ms", "cost < $12" }             -- the small sizes miss the first one when they compute
simulate { duration = "10080s", warmup = "60s", seed = 1 }
