fn "a" { handler = function(r) r:call "b" end }
fn "b" { handler = function(r) r:call "c" end }
fn "c" { handler = function(r) r:call "a" end }
