local s = service "shop" { }
url "u" { s }
