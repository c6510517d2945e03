#!/bin/sh
# layers.sh - proves the rules of ARCHITECTURE.md: inside sim/ an include points to its own layer or one below, ui/ may use all
# of sim/ but nothing in sim/ knows ui/, and each library has one door. Prints every breach; ends with "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
find sim ui -name '*.[ch]' -o -name '*.def' | sort | xargs awk '
BEGIN {
    n = split("core stats chart cost model scenario run report cli ui", order, " ")
    for (i = 1; i <= n; i++) rank[order[i]] = i
    door["lua.h"] = door["lauxlib.h"] = door["lualib.h"] = "^sim/scenario/script"
    door["uv.h"] = "^sim/run/"
    door["cjson/cJSON.h"] = "^(sim/(cost/catalog|report/json)|ui/state_file[.]c)"
    door["mpi.h"] = "^sim/run/cluster"
    door["SDL"] = "^ui/platform[.]c"
    door["cairo"] = "^ui/(paper|export)[.]c"
    door["hb"] = door["ft2build.h"] = door["fontconfig"] = "^ui/fonts"
}
FNR == 1 { files++; split(FILENAME, part, "/"); layer = part[1] == "ui" ? "ui" : part[2]; bad = 0 }
/^#include "/ {
    split($2, q, "\""); split(q[2], to, "/")
    if (!(to[1] in rank)) breach("names no layer")
    else if (rank[to[1]] > rank[layer]) breach("points up from " layer " to " to[1])
}
/^#include </ {
    lib = $2; gsub(/[<>]/, "", lib)
    if (lib ~ /SDL/) lib = "SDL"
    if (lib ~ /^cairo/) lib = "cairo"
    if (lib ~ /^(hb|harfbuzz)/) lib = "hb"
    if (lib ~ /^fontconfig/) lib = "fontconfig"
    if (lib in door && FILENAME !~ door[lib]) breach("is not the door of " lib)
}
function breach(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
    failed++
}
END { printf "%d passed, %d failed\n", files - failed, failed; exit failed > 0 }
'
