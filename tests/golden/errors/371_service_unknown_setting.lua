fargate "shop" { task = 2 }
