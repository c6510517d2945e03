-- Requests to one endpoint flood an API. All its routes share one token bucket: 10,000/s with room for 5,000.
-- Question: how many honest requests come through an attack on one endpoint, and what does a limit on that route save?
-- Expect: 30,000/s of attack and 2,000/s of honest traffic share 10,000/s: 31 % of the honest ones pass, on every route.
--         With the attacked route limited to 2,000/s, all of the other route's requests pass.
-- Try: --variant all, -p attack=100000/s, -p route_limit=500/s, --set account.api_rate=20000/s
scenario "ddos-quota" {
  question = "An attack floods one endpoint: how much of the honest traffic gets through, and what does a route limit save?",
}

local attack      = param("attack", "30000/s", { doc = "requests of the attack" })
local route_limit = param("route_limit", "none", { doc = "limit of the attacked route, or none" })

account { concurrency = 5000 }                            -- so that the functions' own limits do not bite first
local function page(name)
  return fn(name) {
    memory = "1769MB", init = "200ms", first_run = "0ms", keep_alive = "forever", timeout = "3s",
    handler = function(r) r:wait "100ms" end,
  }
end
local api = http_api "api" {
  ["GET /search"]    = { page "search", limit = route_limit ~= "none" and route_limit or nil },
  ["POST /checkout"] = page "checkout",
}

traffic "botnet"  { to = api "GET /search", rate = attack }
traffic "readers" { to = api "GET /search", rate = "1000/s" }
traffic "buyers"  { to = api "POST /checkout", rate = "1000/s" }

variant "no limit"    { }
variant "route limit" { route_limit = "2000/s" }

slo { "buyers.errors < 1%" }
simulate { duration = "2min", warmup = "30s", seed = 21 }
