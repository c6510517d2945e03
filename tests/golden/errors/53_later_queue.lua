local q = queue "q" { }
