fn "f" { max_event_age = "30s" }
