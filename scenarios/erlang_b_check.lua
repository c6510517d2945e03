-- Does this tool get queueing theory right? A loss system, after A. K. Erlang, 1917.
-- Question: of calls that find c places, all of them busy, and go away, how large is the share?
-- Expect: B(c, a), a the mean number of busy places if there were no limit: 12.166 % for c = 10, a = 8; 2.696 % for 100
--         and 90; 0.365 % for 1,000 and 950. Whatever the law of service time: only its mean counts.
-- Try: --variant all, -p law=lognormal -p places=100 -p load=90, --reps 10 (for intervals).
scenario "erlang-b-check" {
  question = "Is the share of refused calls that of Erlang's formula, whatever the law of service time?",
}

local places = param("places", 10, { min = 1, max = 1000, doc = "reserved concurrency" })
local load   = param("load", 8, { min = 0.1, max = 5000, doc = "erlangs offered; a call takes 1 s" })
local laws = { constant = "1s", exponential = exponential "1s", lognormal = lognormal { mean = "1s", cv = 2 } }
local law  = param("law", "exponential", { one_of = { "constant", "exponential", "lognormal" }, doc = "of the times" })

account { concurrency = 2000, scaling = "100000/10s" }
local work = fn "work" {
  reserved = places, timeout = "15min", init = "0ms", first_run = "0ms",
  handler = function(r) r:wait(laws[law]) end,
}
traffic "calls" { to = work, rate = load .. "/s" }

variant "10 places, constant"      { law = "constant" }
variant "10 places, exponential"   { law = "exponential" }
variant "10 places, lognormal"     { law = "lognormal" }
variant "100 places, constant"     { places = 100, load = 90, law = "constant" }
variant "100 places, exponential"  { places = 100, load = 90 }
variant "100 places, lognormal"    { places = 100, load = 90, law = "lognormal" }
variant "1000 places, constant"    { places = 1000, load = 950, law = "constant" }
variant "1000 places, exponential" { places = 1000, load = 950 }
variant "1000 places, full"        { places = 1000, load = 1000 }

slo { "work.throttles < 13%" }
simulate { duration = math.ceil(2e6 / load) + 60 .. "s", warmup = "60s", seed = 1 } -- two million calls
