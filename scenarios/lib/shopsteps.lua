-- business steps as plain Lua functions: the same step can be deployed three ways
local S = {}
function S.catalogue(db) return function(r) r:cpu "3ms" r:query(db, { items = 20 }) end end
function S.cart(db)      return function(r) r:cpu "1ms" r:get(db) r:put(db) end end
function S.checkout(db, psp)
  return function(r)
    r:cpu "5ms" r:get(db)
    r:try(function(t) t:call(psp) end, { retries = 1, timeout = "4s" })
    r:put(db)
  end
end
function S.shipping(db)  return function(r) r:cpu "2ms" r:put(db) end end
return S
