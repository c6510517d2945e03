service "shop" { vcpu = 3 }
