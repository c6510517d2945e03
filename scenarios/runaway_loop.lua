-- A function writes its result to the queue it reads from. A hundred messages go round and round.
-- Question: what does such a loop cost, and what stops it?
-- Expect: 100 messages x 3 s x 1 GB are 2,000 invocations a minute: $144.00 a day for compute, $144.58 with requests, for as
--         long as nobody looks. The platform's guard ends each chain after 16 rounds, for $0.08; its messages are dead letters.
-- Try: --variant all, -p guard=allow -p unnoticed=8h, -p messages=1000
scenario "runaway-loop" {
  question = "A function feeds its own queue: what does the loop cost, and what stops it?",
}

local guard     = param("guard", "terminate", { one_of = { "terminate", "allow" }, doc = "what the platform does" })
local messages  = param("messages", 100, { min = 1, max = 1000, doc = "messages in the loop" })
local unnoticed = param("unnoticed", "24h", { doc = "how long nobody looks" })

local stuck = queue "stuck" { retention = "14d" }
local work = fn "work" {
  memory = "1024MB", init = "0ms", first_run = "0ms", keep_alive = "forever", timeout = "10s",
  recursive_loop = guard,
  handler = function(r) r:wait "3s" r:send "loop" end,
}
local loop = queue "loop" {
  consumer = work, batch = 1, visibility = "1min", max_receive = 5, dlq = stuck,
  delivery = "0ms", latency = "0ms",                      -- a round is the 3 s of its work
}
traffic "mistake" { to = loop, rate = burst { n = messages, at = "0s" } }

variant "guarded"   { }
variant "unguarded" { guard = "allow" }

slo { "cost < $10" }
simulate { duration = unnoticed, seed = 32 }
