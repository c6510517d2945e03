local f = fn "f" { }
simulate { durration = "1min" }
