fn "f" { }
variant "a b" { }
variant "a/b" { }
