fn "f" { handler = "cpu 1ms" }
