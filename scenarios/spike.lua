-- Traffic grows tenfold at once. While the new instances initialise, requests go on coming, and each wants its own.
-- Question: how many instances does a step from 300/s to 3,000/s call for, at 80 ms a request?
-- Expect: not the 240 of Little's law (3,000/s x 80 ms) but 855 with an init of 0.25 s, 2,670 with 1 s, 7,470 with 3 s;
--         a ramp of 30 s needs only 300, 308 and 430. The base run misses its SLO: slow init makes the step expensive.
-- Try: --variant all, -p ramp=2min, -p init=5s, --set work.cold_binding=late (as many instances, shorter waits).
scenario "spike" {
  question = "Traffic jumps from 300/s to 3,000/s: how many instances does that take?",
}

local init = param("init", "1s", { min = "0ms", max = "10s", doc = "time to initialise an instance" })
local ramp = param("ramp", "0s", { min = "0s", max = "10min", doc = "how long the traffic takes to grow" })

account { concurrency = 20000, scaling = "100000/10s" }  -- no limit shall hide what is wanted
local work = fn "work" {
  memory = "1769MB", init = init, first_run = "0ms",
  handler = function(r) r:wait "80ms" end,
}
traffic "users" {
  to   = work,
  rate = stages { { "0s", "300/s" }, { "20min", "300/s" }, { ramp, "3000/s" }, { "1min", "3000/s" } },
}

variant "step, init 0.25s" { init = "250ms" }
variant "step, init 1s"    { init = "1s" }
variant "step, init 3s"    { init = "3s" }
variant "ramp, init 0.25s" { init = "250ms", ramp = "30s" }
variant "ramp, init 1s"    { init = "1s", ramp = "30s" }
variant "ramp, init 3s"    { init = "3s", ramp = "30s" }

slo { "work.concurrency.max < 1000" }                    -- the quota of a new account
simulate { duration = "22min", warmup = "19min", seed = 1 }
