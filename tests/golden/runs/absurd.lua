-- Times at the edge of what may be written: nothing may overflow, everything must end at its timeout.
scenario "absurd" { question = "Does a run with absurd times end like any other?" }

local century = "36500d"

local stuck = fn "stuck" {
  memory = "128MB", timeout = "900s", init = uniform("0s", century), first_run = century, keep_alive = century,
  handler = function(r)
    r:cpu(century) r:cpu(lognormal { mean = century, cv = 3 }) r:wait(century) r:mark "never"
  end,
}
local strands = fn "strands" {
  memory = "128MB", timeout = "900s",
  handler = function(r)
    r:each(1000, function(b) b:wait(century) end)
    r:all { function(b) b:cpu(century) b:wait(century) b:cpu(century) end, function(b) b:call(stuck) end }
    r:try(function(b) b:call(stuck) end, {
      retries = 1000, timeout = century, backoff = expo(century, { max = century, jitter = "decorrelated" }),
    })
  end,
}
local web = http_api "web" { overhead = uniform("0s", century), ["GET /"] = strands }

traffic "users" { to = web "GET /", rate = "2/s", timeout = century, retry = { retries = 9, backoff = expo(century, { max = century }) } }
traffic "few" { to = stuck, clients = 3, think = exponential(century) }
traffic "more" { to = strands, rate = "1/s", stop = century }

at "10min" { target = "web", latency = "x1e9", lasts = century }
at "10min" { target = "stuck", latency = "x1e9", lasts = century }

simulate { duration = "1h", seed = 5 }
