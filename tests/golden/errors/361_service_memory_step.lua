service "shop" { vcpu = 0.25, memory = "1536MB" }
