local db = kv "db" { mode = "on_demand" }
