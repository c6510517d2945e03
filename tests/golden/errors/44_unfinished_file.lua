scenario 'x' {
