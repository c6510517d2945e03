fn "f" { init = mix{ { 0, "1ms" }, { 0, "2ms" } } }
