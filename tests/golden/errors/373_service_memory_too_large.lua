service "shop" { vcpu = 16, memory = "200GB" }
