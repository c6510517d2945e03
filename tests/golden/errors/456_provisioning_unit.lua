fn "f" { provisioned = 5, provisioning = 90 }
