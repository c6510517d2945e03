local lib = require "../lib"
fn "f" { }
