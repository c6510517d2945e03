#!/usr/bin/env lua5.4
-- Makes the example day: assets/traces/day.csv, and the table of functions in scenarios/day.lua.
--
--   lua5.4 scripts/make_day_trace.lua          run it in the top folder of the project
--
-- 100 made-up functions with the statistics of the Azure Functions Trace 2019 (Shahrad et al.,
-- "Serverless in the Wild", USENIX ATC 2020). Of that paper and its data: invocations a day log-normal
-- (mu 5.09, sigma 3.16), mean durations log-normal (mu -0.24, sigma 2.25, in seconds), memory by its
-- quantiles, a busiest hour of 1.09 times the mean, and a third of all functions run by a timer.
-- The tails are cut so that the day fits into a fraction of a second. No row of the trace itself
-- is in here. The seed is fixed: the script always writes the same bytes.

local FUNCTIONS     = 100
local MINUTES       = 1440
local SEED          = 2058
local RATE_MU, RATE_SIGMA = 5.09, 3.16       -- ln of invocations a day
local RATE_MIN, RATE_MAX  = 5, 1500000       -- a day, for one function
local RUN_MU, RUN_SIGMA   = -0.24, 2.25      -- ln of seconds
local RUN_MIN, RUN_MAX    = 0.001, 300       -- s
local BUSY_MAX      = 60                     -- erlangs: nobody runs both very often and very long
local PEAK, PEAK_AT = 1.09, 15 * 60          -- of the hour around 15:00, times the mean
local MEMORY = { { 0, 100 }, { 0.25, 120 }, { 0.50, 143 }, { 0.75, 188 }, { 0.90, 210 }, { 0.95, 241 },
                 { 0.99, 394 }, { 1, 512 } } -- share of functions, MB

-- A generator of our own (Knuth's MMIX constants; the upper bits): math.random differs between versions of Lua.
local state = SEED
local function uniform()
  state = state * 6364136223846793005 + 1442695040888963407
  return ((state >> 11) + 0.5) * 2.0 ^ -53
end

local function normal()
  return math.sqrt(-2 * math.log(uniform())) * math.cos(2 * math.pi * uniform())
end

local function lognormal(mu, sigma)
  return math.exp(mu + sigma * normal())
end

local function poisson(mean)
  if mean > 50 then return math.max(0, math.floor(mean + math.sqrt(mean) * normal() + 0.5)) end
  local limit, product, n = math.exp(-mean), uniform(), 0
  while product > limit do
    product = product * uniform()
    n = n + 1
  end
  return n
end

local function quantile(points, u)
  for i = 2, #points do
    local a, b = points[i - 1], points[i]
    if u <= b[1] then return a[2] + (b[2] - a[2]) * (u - a[1]) / (b[1] - a[1]) end
  end
end

-- Requests of one function in every minute of the day, driven by people.
local function human_day(per_day)
  local counts = {}
  for minute = 0, MINUTES - 1 do
    local shape = 1 + (PEAK - 1) * math.cos(2 * math.pi * (minute + 0.5 - PEAK_AT) / MINUTES)
    counts[minute] = poisson(per_day / MINUTES * shape)
  end
  return counts
end

local function timer_day(period)
  local counts, first = {}, math.floor(uniform() * period)
  for minute = 0, MINUTES - 1 do counts[minute] = minute % period == first and 1 or 0 end
  return counts
end

-- How often timers fire, in minutes: most every five, as in the trace.
local function timer_period()
  local u = uniform()
  return u < 0.70 and 5 or u < 0.80 and 1 or u < 0.90 and 15 or u < 0.97 and 60 or 1440
end

local function make_function(i)
  local timer = i % 3 == 0
  local memory = math.ceil(quantile(MEMORY, uniform()))
  local run_s = math.min(RUN_MAX, math.max(RUN_MIN, lognormal(RUN_MU, RUN_SIGMA)))
  local counts
  if timer then
    counts = timer_day(timer_period())
  else
    local per_day = math.max(RATE_MIN, math.min(RATE_MAX, lognormal(RATE_MU, RATE_SIGMA)))
    run_s = math.min(run_s, math.max(RUN_MIN, BUSY_MAX * 86400 / per_day))
    counts = human_day(per_day)
  end
  local total = 0
  for minute = 0, MINUTES - 1 do total = total + counts[minute] end
  return { name = ("fn-%03d"):format(i), kind = timer and "timer" or "http", memory = math.max(128, memory),
           run_ms = math.max(1, math.floor(run_s * 1000 + 0.5)), counts = counts, total = total }
end

local function write_file(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function csv_of(functions)
  local lines, row = {}, { "interval_s" }
  for i, f in ipairs(functions) do row[i + 1] = f.name end
  lines[1] = table.concat(row, ",")
  for minute = 0, MINUTES - 1 do
    row[1] = minute * 60
    for i, f in ipairs(functions) do row[i + 1] = f.counts[minute] end
    lines[#lines + 1] = table.concat(row, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

local function table_of(functions)
  local lines = {}
  for i, f in ipairs(functions) do
    lines[i] = ('  { "%s", %3d, %6d }, -- %s, %d a day\n'):format(f.name, f.memory, f.run_ms, f.kind, f.total)
  end
  return table.concat(lines)
end

local BEGIN = "-- begin of what scripts/make_day_trace.lua writes\n"
local END   = "-- end of what scripts/make_day_trace.lua writes\n"

local function replace_table(path, rows)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  local _, from = text:find(BEGIN, 1, true)
  local to = text:find(END, 1, true)
  assert(from and to and from < to, path .. ": the two marker comments are missing")
  write_file(path, text:sub(1, from) .. "local functions = {\n" .. rows .. "}\n" .. text:sub(to))
end

local functions, total, busy, peak = {}, 0, 0, 0
for i = 1, FUNCTIONS do
  local f = make_function(i)
  functions[i] = f
  total = total + f.total
  busy = busy + f.total * f.run_ms / 1000 / 86400
  peak = math.max(peak, f.total)
end
local csv = csv_of(functions)
write_file("assets/traces/day.csv", csv)
replace_table("scenarios/day.lua", table_of(functions))
print(("day.csv: %d bytes, %d invocations, %.1f erlangs, busiest function %d a day"):format(#csv, total, busy, peak))
