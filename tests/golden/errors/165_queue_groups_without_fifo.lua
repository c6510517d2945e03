queue "q" { groups = 10 }
