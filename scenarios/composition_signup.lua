-- A sign-up is three steps: create the account (120 ms), tell the CRM (200 ms), send a mail (80 ms). Five ways to put them together.
-- Question: which way makes the user wait least, who is paid for waiting, and what does a state machine cost?
-- Expect: one after another: the user waits for the sum, and a function is billed for waiting. In parallel from the client: the slowest
--         step. As a chain over queues: the first step. Topic or state machine: the acknowledgement; the last is dearest ($25/M steps).
-- Try: --variant all, -p kind=express (billed by time: about $1 per million), -p rate=100/s (300 starts a second are the quota).
scenario "composition-signup" {
  question = "Five ways to compose the steps of a sign-up: what does the user wait, and what does a run cost?",
}

local style = param("style", "sequential", {
  one_of = { "sequential", "parallel", "chain", "async", "fsm" }, doc = "how the three steps are put together" })
local rate = param("rate", "10/s", { min = "0.1/s", max = "280/s", doc = "sign-ups" })
local kind = param("kind", "standard", { one_of = { "standard", "express" }, doc = "kind of the state machine" })

-- the steps; in a chain each hands over to a queue before the next --------------
local function step(name, time, next_queue)
  return fn(name) {
    memory = "512MB", runtime = "nodejs22", timeout = "5s",
    handler = function(r)
      r:wait(time)
      if name == "mail" then r:mark "mail sent" end
      if style == "chain" and next_queue then r:send(next_queue) end
    end,
  }
end
local mail    = step("mail", "80ms")
local crm     = step("crm", "200ms", "to-mail")
local account = step("account", "120ms", "to-crm")

-- what the user's request meets ------------------------------------------------
local routes, to = {}, {}
local function route(path, target)
  routes["POST /" .. path] = target
  to[#to + 1] = path
end
local function signup(handler)
  route("signup", fn "signup" { memory = "512MB", runtime = "nodejs22", timeout = "10s", handler = handler })
end

if style == "sequential" then
  signup(function(r) r:cpu "2ms" r:call(account) r:call(crm) r:call(mail) end)
elseif style == "parallel" then                   -- the page calls three routes and waits for the slowest
  route("account", account) route("crm", crm) route("mail", mail)
elseif style == "chain" then
  route("signup", account)
  queue "to-crm"  { consumer = crm,  batch = 1, visibility = "30s" }
  queue "to-mail" { consumer = mail, batch = 1, visibility = "30s" }
elseif style == "async" then
  local signed_up = topic "signed-up" { subscribers = { account, crm, mail } }
  signup(function(r) r:cpu "2ms" r:publish(signed_up) end)
else
  route("signup", workflow "flow" { kind = kind, states = {
    { task = account, retry = { retries = 2 } },
    { task = crm, retry = { retries = 2 } },
    { task = mail, retry = { retries = 2 }, catch = {} },   -- a sign-up without its mail is still one
  } })
end

local web = http_api "web" (routes)
for _, path in ipairs(to) do
  traffic("users " .. path) { to = web("POST /" .. path), rate = rate, arrivals = "uniform", stop = "3590.01s" }
end

variant "one after another" { style = "sequential" }
variant "parallel"          { style = "parallel" }
variant "chain"             { style = "chain" }
variant "async"             { style = "async" }
variant "state machine"     { style = "fsm" }

slo { "web.errors < 0.1%" }
simulate { duration = "1h", seed = 5 }
