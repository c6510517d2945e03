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
  { "fn-001", 128,   5639 }, -- http, 2251 a day
  { "fn-002", 137,  39926 }, -- http, 71 a day
  { "fn-003", 128,   2566 }, -- timer, 96 a day
  { "fn-004", 323, 122523 }, -- http, 4 a day
  { "fn-005", 128,     14 }, -- http, 93 a day
  { "fn-006", 245,     58 }, -- timer, 96 a day
  { "fn-007", 173,    751 }, -- http, 6 a day
  { "fn-008", 128,  11992 }, -- http, 1184 a day
  { "fn-009", 128,    154 }, -- timer, 96 a day
  { "fn-010", 128,   1004 }, -- http, 4559 a day
  { "fn-011", 128,     67 }, -- http, 336 a day
  { "fn-012", 156,    509 }, -- timer, 96 a day
  { "fn-013", 128,  27720 }, -- http, 120 a day
  { "fn-014", 159,     20 }, -- http, 60 a day
  { "fn-015", 128,   3361 }, -- timer, 288 a day
  { "fn-016", 128,   2212 }, -- http, 1709 a day
  { "fn-017", 208,    978 }, -- http, 93 a day
  { "fn-018", 147,   2604 }, -- timer, 288 a day
  { "fn-019", 221,  17638 }, -- http, 3548 a day
  { "fn-020", 136,   4816 }, -- http, 804 a day
  { "fn-021", 128,    208 }, -- timer, 288 a day
  { "fn-022", 128,   1120 }, -- http, 74 a day
  { "fn-023", 128,     26 }, -- http, 8 a day
  { "fn-024", 137,   1228 }, -- timer, 288 a day
  { "fn-025", 138,   7476 }, -- http, 176 a day
  { "fn-026", 128,     19 }, -- http, 756295 a day
  { "fn-027", 128,   7261 }, -- timer, 288 a day
  { "fn-028", 203,    719 }, -- http, 94 a day
  { "fn-029", 158,  10339 }, -- http, 269218 a day
  { "fn-030", 128,    314 }, -- timer, 288 a day
  { "fn-031", 128,   3965 }, -- http, 4 a day
  { "fn-032", 133,   7833 }, -- http, 83 a day
  { "fn-033", 166,    255 }, -- timer, 288 a day
  { "fn-034", 145,    193 }, -- http, 305 a day
  { "fn-035", 128,     11 }, -- http, 8226 a day
  { "fn-036", 128, 104428 }, -- timer, 288 a day
  { "fn-037", 239,   2713 }, -- http, 90 a day
  { "fn-038", 210,    874 }, -- http, 9 a day
  { "fn-039", 128,   9663 }, -- timer, 288 a day
  { "fn-040", 328,   9294 }, -- http, 116614 a day
  { "fn-041", 128,    444 }, -- http, 20252 a day
  { "fn-042", 158,    312 }, -- timer, 288 a day
  { "fn-043", 223,    678 }, -- http, 14 a day
  { "fn-044", 134,     87 }, -- http, 20 a day
  { "fn-045", 128,     17 }, -- timer, 1440 a day
  { "fn-046", 199,    109 }, -- http, 77 a day
  { "fn-047", 128,   1033 }, -- http, 86 a day
  { "fn-048", 128,   1287 }, -- timer, 288 a day
  { "fn-049", 128,    228 }, -- http, 10 a day
  { "fn-050", 155,   8141 }, -- http, 484 a day
  { "fn-051", 143,    376 }, -- timer, 96 a day
  { "fn-052", 178,    312 }, -- http, 337 a day
  { "fn-053", 147,    556 }, -- http, 525 a day
  { "fn-054", 128,  20663 }, -- timer, 96 a day
  { "fn-055", 128,  12213 }, -- http, 130 a day
  { "fn-056", 149,    518 }, -- http, 3177 a day
  { "fn-057", 294,     84 }, -- timer, 96 a day
  { "fn-058", 452,   6903 }, -- http, 17 a day
  { "fn-059", 128,    684 }, -- http, 22 a day
  { "fn-060", 181,  50288 }, -- timer, 288 a day
  { "fn-061", 128,   1961 }, -- http, 997814 a day
  { "fn-062", 128,    263 }, -- http, 339 a day
  { "fn-063", 254,    115 }, -- timer, 96 a day
  { "fn-064", 128,   1252 }, -- http, 19 a day
  { "fn-065", 209,    135 }, -- http, 28 a day
  { "fn-066", 344,     16 }, -- timer, 288 a day
  { "fn-067", 190,    183 }, -- http, 56 a day
  { "fn-068", 210,     48 }, -- http, 5 a day
  { "fn-069", 189,   1283 }, -- timer, 288 a day
  { "fn-070", 128,   2636 }, -- http, 198 a day
  { "fn-071", 141,    667 }, -- http, 110 a day
  { "fn-072", 128,    121 }, -- timer, 288 a day
  { "fn-073", 128,    950 }, -- http, 10 a day
  { "fn-074", 150,  40851 }, -- http, 553 a day
  { "fn-075", 128,  28950 }, -- timer, 288 a day
  { "fn-076", 140,    667 }, -- http, 5 a day
  { "fn-077", 128,     61 }, -- http, 2559 a day
  { "fn-078", 129,  10449 }, -- timer, 288 a day
  { "fn-079", 148,   4395 }, -- http, 4 a day
  { "fn-080", 128,    389 }, -- http, 58 a day
  { "fn-081", 128,   1620 }, -- timer, 288 a day
  { "fn-082", 128,    292 }, -- http, 38390 a day
  { "fn-083", 202,     37 }, -- http, 13535 a day
  { "fn-084", 165,   1690 }, -- timer, 288 a day
  { "fn-085", 207,   1214 }, -- http, 37 a day
  { "fn-086", 160,  13213 }, -- http, 19 a day
  { "fn-087", 139,   3317 }, -- timer, 96 a day
  { "fn-088", 204,  17529 }, -- http, 1198 a day
  { "fn-089", 131,     40 }, -- http, 332 a day
  { "fn-090", 148,   2864 }, -- timer, 24 a day
  { "fn-091", 128,    709 }, -- http, 633 a day
  { "fn-092", 158,   1143 }, -- http, 4 a day
  { "fn-093", 131,  14020 }, -- timer, 288 a day
  { "fn-094", 136,   8927 }, -- http, 1048 a day
  { "fn-095", 128,  36529 }, -- http, 11 a day
  { "fn-096", 219,     10 }, -- timer, 24 a day
  { "fn-097", 128,   1292 }, -- http, 76 a day
  { "fn-098", 217,     12 }, -- http, 240 a day
  { "fn-099", 138,    651 }, -- timer, 288 a day
  { "fn-100", 128,    671 }, -- http, 1068 a day
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
  "cost < $1000/month",
}

simulate { duration = "24h", seed = 7 }
