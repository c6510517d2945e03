fn "f" { reuse = "lifo" }
