queue "q" { visibility = "13h" }
