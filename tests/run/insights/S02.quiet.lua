fn "work" { handler = function(r)
  r:records(function(m) m:when(attr "bad":is "yes", function(b) b:fail() end) end)
end }
stream "clicks" { shards = 1, consumer = "work", retries = 0, batch = 10 }
traffic "web" { to = "clicks", rate = "4/s", attrs = { bad = { yes = 0.003, no = 0.997 } } }
simulate { duration = "15min" }
