fn "f" { init = gamma { mean = "90ms" } }
