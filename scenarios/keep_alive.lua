-- An idle instance is thrown away after a while; who comes later pays for a new one.
-- Question: how rarely may a function be called before its callers meet cold starts?
-- Expect: P(cold) = e^(-rate x keep-alive): at 10 min, 3.6 % for 20 calls/h, 37 % for 6/h, 85 % for 1/h. What counts is
--         the product: half the traffic needs twice the keep-alive. Clouds change: AWS at 6/h, 2 % in 2019, 55 in 2021.
-- Try: -p rate=2/h, -p keep_alive=aws-2021, -p keep_alive=none, --variant all.
scenario "keep-alive" {
  question = "How rarely may a function be called before its callers meet cold starts?",
}

local rate       = param("rate", "20/h", { min = "0.1/h", max = "1000/h", doc = "calls, at random" })
local keep_alive = param("keep_alive", "10min", { doc = "how long an idle instance stays: a time or a preset" })

local rare = fn "rare" {
  memory = "512MB", runtime = "python3.13", keep_alive = keep_alive,
  handler = function(r) r:cpu "5ms" end,
}
traffic "calls" { to = rare, rate = rate }

variant "20 an hour"  { rate = "20/h" }
variant "6 an hour"   { rate = "6/h" }
variant "1 an hour"   { rate = "1/h" }
variant "AWS, 2019"   { rate = "6/h", keep_alive = "aws-2019" }   -- 26 to 65 min
variant "AWS, 2021"   { rate = "6/h", keep_alive = "aws-2021" }   -- 5 to 7 min
variant "Azure, 2021" { rate = "6/h", keep_alive = "azure-2021" }
variant "GCF, 2021"   { rate = "6/h", keep_alive = "gcf-2021" }

slo { "cold < 5%" }                                      -- the base run meets it; few of the variants do
simulate { duration = "2000d", warmup = "1d", seed = 1 } -- rare events need long runs; this one takes no time
