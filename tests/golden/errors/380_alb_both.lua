local f = fn "f" { }
alb "lb" {
  f,
  ["GET /a"] = f,
}
