url "u" { }
