step_functions "w" { states = { } }
