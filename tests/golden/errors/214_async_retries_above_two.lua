fn "f" { async_retries = 3 }
