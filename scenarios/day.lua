-- A day of 100 functions, with the statistics of a public cloud: most are hardly ever called, a few all the time.
-- Question: who meets a cold start, and who pays? A third are timers, the rest follow the hours of the day.
-- Expect: cold starts in most calls of the rare functions, but in few calls of all; the bill is that of a handful.
-- Try: -p keep_alive=10min or 30min (fewer cold starts, same bill), -p memory=2 (twice the memory of each).
-- The trace and the table below are made by scripts/make_day_trace.lua; nothing in them is anybody's data.
scenario "day" {
  question = "In a day of 100 functions, how many calls meet a cold start, and what does the day cost?",
}

local keep_alive = param("keep_alive", "6min", { doc = "how long an idle instance is kept" })
local memory     = param("memory", 1, { min = 0.5, max = 10, doc = "times the memory of the table" })

-- name, memory in MB, mean duration in ms
-- begin of what scripts/make_day_trace.lua writes
local functions = {
  { "fn-001", 128,    937 }, -- http, 12 a day
  { "fn-002", 142,  14966 }, -- http, 47 a day
  { "fn-003", 128,   1837 }, -- timer, 288 a day
  { "fn-004", 203,  18301 }, -- http, 59 a day
  { "fn-005", 128,   1043 }, -- http, 591 a day
  { "fn-006", 128,    827 }, -- timer, 288 a day
  { "fn-007", 128,   1217 }, -- http, 81 a day
  { "fn-008", 199,   1096 }, -- http, 78 a day
  { "fn-009", 175,   3821 }, -- timer, 288 a day
  { "fn-010", 207,   9142 }, -- http, 658 a day
  { "fn-011", 200,    132 }, -- http, 39 a day
  { "fn-012", 129,    157 }, -- timer, 1440 a day
  { "fn-013", 135,   1459 }, -- http, 311 a day
  { "fn-014", 202,    342 }, -- http, 937 a day
  { "fn-015", 128,    246 }, -- timer, 96 a day
  { "fn-016", 128,    314 }, -- http, 5 a day
  { "fn-017", 135,  26985 }, -- http, 4073 a day
  { "fn-018", 132,   1965 }, -- timer, 288 a day
  { "fn-019", 176,    437 }, -- http, 1269 a day
  { "fn-020", 345,    270 }, -- http, 40 a day
  { "fn-021", 128,      1 }, -- timer, 288 a day
  { "fn-022", 201,   2371 }, -- http, 123 a day
  { "fn-023", 131,   1353 }, -- http, 769 a day
  { "fn-024", 142,    764 }, -- timer, 96 a day
  { "fn-025", 164,  12621 }, -- http, 475 a day
  { "fn-026", 165,    107 }, -- http, 1746 a day
  { "fn-027", 502,    282 }, -- timer, 288 a day
  { "fn-028", 145,   4346 }, -- http, 6640 a day
  { "fn-029", 130,   1800 }, -- http, 1429 a day
  { "fn-030", 235,   2198 }, -- timer, 288 a day
  { "fn-031", 185,   5238 }, -- http, 3 a day
  { "fn-032", 129,  38308 }, -- http, 26 a day
  { "fn-033", 472,   3725 }, -- timer, 288 a day
  { "fn-034", 182,  24453 }, -- http, 1 a day
  { "fn-035", 228,    183 }, -- http, 706 a day
  { "fn-036", 128,    730 }, -- timer, 1 a day
  { "fn-037", 128,     81 }, -- http, 371 a day
  { "fn-038", 172,    124 }, -- http, 665 a day
  { "fn-039", 131,   2706 }, -- timer, 288 a day
  { "fn-040", 179,   1939 }, -- http, 177 a day
  { "fn-041", 166,    641 }, -- http, 59 a day
  { "fn-042", 128,      8 }, -- timer, 96 a day
  { "fn-043", 134,  51767 }, -- http, 84 a day
  { "fn-044", 504,   3265 }, -- http, 329 a day
  { "fn-045", 182,  16840 }, -- timer, 288 a day
  { "fn-046", 128,    138 }, -- http, 1178 a day
  { "fn-047", 128,   1404 }, -- http, 11 a day
  { "fn-048", 153,     16 }, -- timer, 1440 a day
  { "fn-049", 222,     71 }, -- http, 182 a day
  { "fn-050", 153,      1 }, -- http, 82 a day
  { "fn-051", 170,   4503 }, -- timer, 288 a day
  { "fn-052", 131,     90 }, -- http, 10 a day
  { "fn-053", 128,    560 }, -- http, 170 a day
  { "fn-054", 145,     41 }, -- timer, 288 a day
  { "fn-055", 128,   9860 }, -- http, 39 a day
  { "fn-056", 401,    544 }, -- http, 48 a day
  { "fn-057", 147,  16256 }, -- timer, 288 a day
  { "fn-058", 209,   1293 }, -- http, 793 a day
  { "fn-059", 160,    148 }, -- http, 4 a day
  { "fn-060", 212,    145 }, -- timer, 288 a day
  { "fn-061", 128,    286 }, -- http, 4 a day
  { "fn-062", 204,     45 }, -- http, 221 a day
  { "fn-063", 128,    198 }, -- timer, 288 a day
  { "fn-064", 128,   3917 }, -- http, 2333 a day
  { "fn-065", 182,    790 }, -- http, 6433 a day
  { "fn-066", 221,  51987 }, -- timer, 288 a day
  { "fn-067", 142,    482 }, -- http, 511 a day
  { "fn-068", 131,     17 }, -- http, 123 a day
  { "fn-069", 204,   2084 }, -- timer, 96 a day
  { "fn-070", 128,    848 }, -- http, 41 a day
  { "fn-071", 128,   1963 }, -- http, 152 a day
  { "fn-072", 152,   6746 }, -- timer, 288 a day
  { "fn-073", 171,    125 }, -- http, 807 a day
  { "fn-074", 131,    120 }, -- http, 298 a day
  { "fn-075", 128,    296 }, -- timer, 288 a day
  { "fn-076", 157,  19111 }, -- http, 8 a day
  { "fn-077", 137,     95 }, -- http, 37 a day
  { "fn-078", 128,    334 }, -- timer, 288 a day
  { "fn-079", 200,  21589 }, -- http, 31 a day
  { "fn-080", 151,     14 }, -- http, 101 a day
  { "fn-081", 128,  13852 }, -- timer, 288 a day
  { "fn-082", 128,   1083 }, -- http, 6 a day
  { "fn-083", 138,     14 }, -- http, 55 a day
  { "fn-084", 443,    544 }, -- timer, 288 a day
  { "fn-085", 131,  20000 }, -- http, 460 a day
  { "fn-086", 158,    173 }, -- http, 40498 a day
  { "fn-087", 247, 239743 }, -- timer, 1440 a day
  { "fn-088", 186,   2440 }, -- http, 5211 a day
  { "fn-089", 128,   1268 }, -- http, 77 a day
  { "fn-090", 128,     66 }, -- timer, 1440 a day
  { "fn-091", 209,   1707 }, -- http, 35 a day
  { "fn-092", 128,    711 }, -- http, 981 a day
  { "fn-093", 149,   3874 }, -- timer, 96 a day
  { "fn-094", 128,     17 }, -- http, 1080 a day
  { "fn-095", 511,   4922 }, -- http, 11 a day
  { "fn-096", 128,   1049 }, -- timer, 288 a day
  { "fn-097", 233,  38227 }, -- http, 8 a day
  { "fn-098", 128,    688 }, -- http, 21 a day
  { "fn-099", 158,      2 }, -- timer, 288 a day
  { "fn-100", 142,    186 }, -- http, 24 a day
}
-- end of what scripts/make_day_trace.lua writes

for _, f in ipairs(functions) do
  local run = lognormal { mean = f[3] .. "ms", cv = 1.5 }
  local it = fn(f[1]) {
    memory = math.max(128, math.ceil(f[2] * memory)), runtime = "nodejs22", timeout = "900s",
    keep_alive = keep_alive,
    handler = function(r) r:wait(run) end,
  }
  traffic(f[1] .. "-calls") { to = it, rate = trace("day.csv", f[1]) }
end

slo {
  "cold < 2%",
  "errors < 0.1%",
}

simulate { duration = "24h", seed = 7 }
