local function f(name) return fn(name) { handler = function(r) r:cpu "1ms" end } end
bus "events" {
  rules = { { to = { f "a", f "b", f "c", f "d", f "e", f "f" } } },
}
