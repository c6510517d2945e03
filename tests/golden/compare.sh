#!/bin/sh
# compare.sh - tepid compare and --precision end to end: what is said, what is written, and that it agrees with `tepid run`.
#
# Usage: [TEPID=build/release/tepid] tests/golden/compare.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"

holds() { # holds FILE PATTERN
    grep -qE -e "$2" "$1"
    verdict $? "$what: no /$2/ in $1"
}
lacks() { # lacks FILE PATTERN
    ! grep -qE -e "$2" "$1"
    verdict $? "$what: /$2/ in $1"
}
expect() { # expect CODE ARGUMENT...
    want=$1
    shift
    what="tepid $*"
    call "$@"
    [ "$code" -eq "$want" ]
    verdict $? "$what: exit code $code instead of $want: $(head -n 1 stderr)"
}
wrong() { # wrong CODE PATTERN ARGUMENT...: refused with a reason, nothing on stdout, nothing written
    want=$1 pattern=$2
    shift 2
    rm -f stdout
    before=$(find . -not -name std\* | sort)
    expect "$want" "$@"
    [ ! -s stdout ]
    verdict $? "$what: something on stdout"
    holds stderr "$pattern"
    holds stderr 'help:'
    [ "$before" = "$(find . -not -name std\* | sort)" ]
    verdict $? "$what: a file was written"
}
cell() { # cell FILE KEY COLUMN: a cell of the row of compare.csv or summary.csv whose line holds the key
    grep -F -e "$2" "$1" | head -n 1 | cut -d, -f"$3"
}

cat >a.lua <<'LUA'
scenario "shop" { question = "Is more memory worth it?" }
local memory = param("memory", "512MB")
local rate = param("rate", "40/s")
local web_fn = fn "web-fn" { memory = memory, handler = function(r) r:cpu "4ms" end }
local web = http_api "web" { ["GET /x"] = web_fn }
traffic "users" { to = web "GET /x", rate = rate }
variant "as it is" {}
variant "twin" {}
variant "big" { memory = "1GB" }
variant "busy" { rate = "80/s" }
slo { "web.latency.p99 < 5s", "web-fn.concurrency.max < 8" }
simulate { duration = "4min", warmup = "1min", seed = 6 }
LUA

# Designs that do the same differ by exactly nothing.
expect 0 compare a.lua --variant "as it is" --variant twin --out same
holds stdout 'identical: every figure is the same'
holds stdout 'no setting differs'
[ "$(awk -F, 'NR > 1 && $9 != "" && $9 != 0' same/compare.csv | wc -l)" -eq 0 ]
verdict $? "$what: a change that is not 0"
[ "$(wc -l <same/settings.csv)" -eq 1 ]
verdict $? "$what: settings.csv has a row"

# What is compared is what `tepid run` finds, and the differences are theirs.
expect 0 compare a.lua --variant "as it is" --variant big --reps 4 --out two --json
holds stdout '"verdict": "p99 -'
holds stdout '"a": \{"title": "shop / as it is"'
for side in "as it is" big; do
    call run a.lua --variant "$side" --reps 4 --out "run $side" --quiet
done
for row in '*,latency,mean' '*,latency,p99' 'web-fn,latency,p99' '*,cost_month,sum' '*,cold,mean'; do
    a=$(cell "run as it is/summary.csv" "$row" 4) b=$(cell "run big/summary.csv" "$row" 4)
    [ "$(cell two/compare.csv ",$row" 7)" = "$a" ] && [ "$(cell two/compare.csv ",$row" 8)" = "$b" ]
    verdict $? "$row: compare says $(cell two/compare.csv ",$row" 7) and $(cell two/compare.csv ",$row" 8), run $a and $b"
    [ "$(cell two/compare.csv ",$row" 9)" = "$(awk "BEGIN { printf \"%.17g\", $b - $a }" | sed 's/\.0*$//')" ] ||
        awk "BEGIN { d = $(cell two/compare.csv ",$row" 9) - ($b - $a); exit !(d < 1e-9 && d > -1e-9) }"
    verdict $? "$row: the change is $(cell two/compare.csv ",$row" 9)"
done
[ "$(cell two/compare.csv ',*,latency,mean' 12)" = 1 ] && [ "$(cell two/compare.csv ',*,latency,mean' 13)" = replications ]
verdict $? "$what: twice the memory makes no significant difference"
holds two/settings.csv 'param memory,512MB,1GB'

# Without --reps enough are chosen; a service met by fewer than it takes is told aloud.
expect 1 compare a.lua --variant busy
holds stdout '^  B  shop / busy'
holds stdout '10 replications each'
holds stdout '~ param rate 40/s → 80/s'
holds stdout 'misses 1 SLO that A meets'
holds stdout 'missed by B'
holds stdout 'not significant|the same'
expect 0 compare a.lua --variant busy --no-fail --reps 2

# The file against itself with something changed, parameters and settings.
expect 0 compare a.lua --with memory=1GB,web-fn.timeout=5s --reps 3
holds stdout '~ param memory 512MB → 1GB'
holds stdout '~ fn web-fn.timeout 3s → 5s'
holds stdout 'WHERE FROM'
holds stdout 'web-fn run'
[ "$(LC_ALL=C.UTF-8 awk '{ gsub(/[\200-\277]/, "") } length($0) > m { m = length($0) } END { print m }' stdout)" -le 80 ]
verdict $? "$what: a line of more than 80 columns"

# Work that goes on after the answer is told by its marks.
cat >marks.lua <<'LUA'
local work = fn "work" { memory = param("memory", "512MB"), handler = function(r)
    r:cpu "20ms"
    r:mark "done"
end }
local jobs = queue "jobs" { consumer = work, batch = 1 }
traffic "users" { to = jobs, rate = "5/s" }
simulate { duration = "10min", seed = 3 }
LUA
expect 0 compare marks.lua --with memory=1GB --reps 3
holds stdout '^  B: .*done p99 -'
holds stdout '^    p99 mark done .*-[0-9.]+%$'

# All variants of a file; two files; folders, which are not paired.
expect 1 compare a.lua --reps 2 --json
[ "$(grep -c '"verdict"' stdout)" -eq 3 ]
verdict $? "$what: not three comparisons"
sed 's/"512MB"/"256MB"/; /^variant/d' a.lua >b.lua
expect 0 compare a.lua b.lua --reps 2
holds stdout '^  A  a.lua'
expect 0 compare "run as it is" "run big"
holds stdout 'not paired'
holds stdout 'param memory 512MB → 1GB'
expect 0 compare "run big" "run big" --json
holds stdout '"identical": true'

# --precision: rounds of 5, 10, 20 ... until every reported figure is that exact.
expect 0 run b.lua --precision 5% --out precise
holds stdout 'every reported figure within ±5'
holds precise/meta.json '"precision": \{"target": 0.05, "reached": true'
holds precise/meta.json '"reps": (5|10|20|40)'
expect 0 run b.lua --precision 0.01% --reps 7 --out precise --no-fail
holds stdout 'not reached after 7 replications'
holds precise/meta.json '"reached": false'
call run b.lua --precision 5% --jobs 1 --out one --quiet
call run b.lua --precision 5% --jobs 2 --out two-jobs --quiet
diff -r one two-jobs >/dev/null
verdict $? "--precision: threads change the bytes"
rm -rf one two-jobs precise same two

# Measured before it had settled: 1 500 requests of 30 s are under way only after 30 s; and a load that never settles.
cat >start.lua <<'LUA'
local f = fn "f" { memory = "1GB", timeout = "60s", handler = function(r) r:wait "30s" end }
traffic "u" { to = f, rate = param("rate", "20/s") }
simulate { duration = "10min", sample = "1s" }
LUA
expect 0 run start.lua --out start
holds stdout 'is [0-9.]+ at first and [0-9.]+ later: measure'
holds start/meta.json '"warmup_check": \{"verdict": "late", "resource": "'
expect 0 run start.lua --warmup 40s --out start
lacks stdout 'at first and'
holds start/meta.json '"warmup_check": \{"verdict": "settled"\}'
cat >over.lua <<'LUA'
local api = external "api" { latency = exponential "50ms", concurrency = 4, queue = 100000 }
traffic "u" { to = api, rate = param("rate", "90/s"), timeout = "1h" }
simulate { duration = "10min" }
LUA
expect 0 run over.lua --out over
holds stdout 'api queue does not settle'
expect 0 run over.lua -p rate=50/s --out over
lacks stdout 'settle'

wrong 2 'has no variants' compare b.lua
wrong 2 'nothing to compare' compare "run big"
wrong 2 "did you mean 'memory'" compare b.lua --with memry=1GB
wrong 2 'no change' compare b.lua --with memory
wrong 2 'no such variant' compare a.lua --variant nix
wrong 2 '2 files and 3 variants' compare a.lua b.lua --variant a --variant b --variant c
wrong 2 'changes one file' compare a.lua b.lua --with memory=1GB
wrong 3 'no such file' compare a.lua nowhere.lua
wrong 4 'max-events 10 was reached' compare a.lua b.lua --max-events 10
wrong 2 'precision 0' run b.lua --precision 0
wrong 2 'precision 80' run b.lua --precision 80%
echo '{' >"run big/meta.json"
wrong 2 'meta.json' compare "run as it is" "run big"
rm "run big/meta.json"
wrong 3 'run big' compare "run as it is" "run big"

# A part of a day says so above all figures; a day does not.
cat >day.lua <<'LUA'
local memory = param("memory", "512MB")
fn "f" { memory = memory, handler = function(r) r:wait "20ms" end }
traffic "users" { to = "f", rate = diurnal { mean = "1/min", peak = 2, peak_at = "19h" } }
simulate { duration = "6h" }
LUA
expect 0 compare day.lua --with memory=1GB
holds stdout '^  users follows a day, but 6h are measured'
expect 0 compare day.lua --with memory=1GB --duration 24h
lacks stdout 'follows a day'
finish
