local ok = pcall(function() end)
