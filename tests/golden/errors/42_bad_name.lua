fn "a.b" { }
