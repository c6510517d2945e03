queue "q" { delay = "20min" }
