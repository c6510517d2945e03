f = fn "f" { }
