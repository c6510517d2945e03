-- Every shape of traffic, each with a function of its own.
scenario "shapes" { question = "Does every shape of traffic give the same bytes on every machine?" }

local shapes = {
  { "steady", "20/s" },
  { "stages", stages { { "1min", "50/s" }, { "1min", "50/s" }, { "30s", "0/s" } } },
  { "spike", spike { base = "5/s", peak = "200/s", at = "2min", lasts = "10s" } },
  { "day", diurnal { mean = "10/s", peak = "30/s", peak_at = "13h" } },
  { "bursts", mmpp { { "2/s", "20s" }, { "80/s", "3s" } } },
  { "trace", trace("day.csv", "fn-061") },
}

for _, shape in ipairs(shapes) do
  local f = fn(shape[1]) { memory = "512MB", handler = function(r) r:cpu(exponential "10ms") end }
  traffic(shape[1] .. " users") { to = f, rate = shape[2] }
end

local even = fn "even" { provisioned = 2, handler = function(r) r:wait "40ms" end }
traffic "even users" { to = even, rate = "30/s", arrivals = "uniform", start = "10s", stop = "4min" }
traffic "gap users" { to_mix = { { 3, "even" }, { 1, "steady" } }, arrivals = weibull { mean = "70ms", cv = 2 } }

simulate { duration = "5min", seed = 3 }
