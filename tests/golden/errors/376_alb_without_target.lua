alb "lb" { overhead = "2ms" }
