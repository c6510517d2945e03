fn "f" { keep_alive = "aws-2012" }
