#!/bin/sh
# sweep.sh - tepid sweep and merge as a user meets them: tables, files, exit codes, resuming, shards, messages.
#
# What wrong commands are told stands word for word in sweep_messages.expected; TEPID_UPDATE_GOLDENS=1 writes it anew.
#
# Usage: [TEPID=build/release/tepid] tests/golden/sweep.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"

cat >s.lua <<'LUA'
scenario "sizing" { question = "How much memory, how many units?" }
local memory = param("memory", "512MB", { min = "128MB", max = "4GB" })
local rate = param("rate", "20/s", { max = "400/s" })
local units = param("units", 0, { max = 50 })
local arch = param("arch", "x86_64")
local f = fn "f" { memory = memory, arch = arch, provisioned = units > 0 and units or nil,
  handler = function(r) r:cpu "30ms" r:wait(exponential "50ms") end }
local web = http_api "web" { ["GET /x"] = f }
traffic "users" { to = web "GET /x", rate = rate }
slo { "web.latency.p99 < 400ms", "users.rate.max < 90/s" }
sweep { memory = { "256MB", "512MB", "1GB" }, units = { 0, 2 } }
simulate { duration = "4min", warmup = "30s", seed = 11 }
LUA
sed 's/400ms/1us/' s.lua >missed.lua
sed '/^slo/d; /^sweep/d' s.lua >plain.lua
sed 's/max = "400\/s"/max = "100000\/s"/; s/"4min"/"1000h"/' s.lua >long.lua
cp "$root/tests/golden/sweep_messages.expected" . 2>/dev/null

ran() { # ran WHAT CODE ARGUMENT...
    what=$1 want=$2
    shift 2
    call "$@"
    [ "$code" -eq "$want" ]
    verdict $? "$what: exit code $code, not $want: $(head -n 1 stderr)"
}

holds() { # holds FILE PATTERN
    grep -qE "$2" "$1"
    verdict $? "$what: $1 lacks $2"
}

lines() { # lines FILE COUNT
    [ "$(wc -l <"$1")" -eq "$2" ]
    verdict $? "$what: $1 has $(wc -l <"$1") lines, not $2"
}

alike() { # alike FOLDER FOLDER
    diff -r "$1" "$2" >difference 2>&1
    verdict $? "$what: other bytes: $(head -n 1 difference)"
}

# The table and its files. The chart has a dot a point in each panel; three have no provisioned capacity, so no spill.
ran "the file's sweep" 0 sweep s.lua
holds stdout '^sizing  6 points x 3min30s|^sizing  6 points x'
holds stdout 'slo: web.latency.p99 < 400ms, users.rate.max < 90/s'
holds stdout '^ +memory +units +'
holds stdout '← '
holds stdout 'answer: memory='
holds stdout 'out/sizing-sweep/  sweep.csv'
for file in sweep.csv points.csv sweep.svg report.md meta.json; do
    [ -s "out/sizing-sweep/$file" ]
    verdict $? "$what: no $file"
done
python3 -c 'import xml.dom.minidom as x; d = x.parse("out/sizing-sweep/sweep.svg"); c = [e for e in d.getElementsByTagName("title") if "memory=" in e.firstChild.data]; assert len(c) == 6 + 3, len(c)' 2>said
verdict $? "$what: sweep.svg: $(tail -n 1 said)"
head -n 1 out/sizing-sweep/sweep.csv >header
holds header '^memory,units,cost_usd,cost_month_usd,latency_p50_ms,latency_p99_ms,errors_ratio,cold_ratio,spill_ratio,slo_passed,seed,rep$'
lines out/sizing-sweep/sweep.csv 7
widest=$(awk '{ gsub(/[^ -~]/, "."); if (length > w) w = length } END { print w + 0 }' stdout)
[ "$widest" -le 84 ] # bytes: a few characters have three
verdict $? "$what: a line of $widest on 80 columns"
ran "replications" 0 sweep s.lua --reps 3 --out reps
lines reps/sweep.csv 19
ran "what is given replaces the file's" 0 sweep s.lua --sweep rate=10/s..40/s:10/s --sweep arch=x86_64,arm64 --out given
lines given/sweep.csv 9
ran "one value pinned" 0 sweep s.lua -p units=3 --out pinned
lines pinned/sweep.csv 4
holds pinned/sweep.csv '^1GB,3,'
ran "quiet" 0 sweep s.lua --quiet --out quiet
[ ! -s stdout ]
verdict $? "quiet: something on stdout"
ran "no point meets the SLOs" 1 sweep missed.lua --out missed
holds stdout 'no point meets the SLOs'
ran "nor fails" 0 sweep missed.lua --no-fail --out missed
ran "no SLOs" 0 sweep plain.lua --sweep units=0..3 --out plain
holds stdout 'is cheapest'

# A point is a run.
what="a point is a run"
call run s.lua -p memory=1GB -p units=2 --out single --quiet
cost=$(awk -F, '$1 == "*" && $2 == "cost" { print $4 }' single/summary.csv)
p99=$(awk -F, '$1 == "*" && $2 == "latency" && $3 == "p99" { print $4 }' single/summary.csv)
holds out/sizing-sweep/sweep.csv "^1GB,2,$cost,[^,]*,[^,]*,$p99,"
ran "--json" 0 sweep s.lua --json --out json --jobs 2
python3 - >said 2>&1 <<'PY'
import json
j = json.load(open("stdout"))
assert len(j["runs"]) == 6, len(j["runs"])
for run in j["runs"]:
    assert set(run) >= {"meta", "summary", "cost", "slo", "insights", "performance"}, run.keys()
assert j["runs"][5]["meta"]["parameters"]["memory"] == "1GB"
assert j["sweep"]["best"]["slo_passed"] is True
assert "answer" in j["sweep"]
PY
verdict $? "--json: $(tail -n 1 said)"
call run s.lua -p memory=256MB -p units=0 --json --out single
cp stdout one.json
call sweep s.lua --json --out json
python3 - >said 2>&1 <<'PY'
import json
one, all = json.load(open("one.json")), json.load(open("stdout"))
assert one["summary"] == all["runs"][0]["summary"]
assert one["slo"] == all["runs"][0]["slo"] and one["cost"] == all["runs"][0]["cost"]
PY
verdict $? "--json: a run of it is another: $(tail -n 1 said)"

# Threads, shards and merge give the same bytes.
ran "one thread" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --jobs 1 --quiet --out one
ran "two threads" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --jobs 2 --quiet --out two
alike one two
for i in 1 2 3 4; do
    ran "shard $i" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --shard $i/4 --quiet --out "part$i"
done
ran "merge" 0 merge part3 part1 part4 part2 --quiet --out merged
alike one merged
ran "merge says the answer" 0 merge part1 part2 part3 part4 --out merged
holds stdout 'answer: '
for i in 0 1 2; do
    prefix="export SLURM_ARRAY_TASK_ID=$((i + 5)) SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=3"
    ran "slurm $i" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --quiet --out "slurm$i"
    holds stderr "shard $((i + 1)) of 3, by SLURM_ARRAY_TASK_ID"
    prefix="export AWS_BATCH_JOB_ARRAY_INDEX=$i AWS_BATCH_JOB_ARRAY_SIZE=3"
    ran "batch $i" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --quiet --out "batch$i"
    alike "slurm$i" "batch$i"
    prefix="export JOB_COMPLETION_INDEX=$i"
    ran "kubernetes $i" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --shard 3 --quiet --out "kube$i"
    alike "slurm$i" "kube$i"
done
prefix=
ran "merge of an array job" 0 merge slurm0 slurm1 slurm2 --quiet --out merged3
alike one merged3

# Searches.
cat >day.lua <<'EOF'
local memory = param("memory", "512MB")
fn "f" { memory = memory, handler = function(r) r:wait "20ms" end }
traffic "users" { to = "f", rate = diurnal { mean = "1/min", peak = 2, peak_at = "19h" } }
simulate { duration = "6h" }
EOF
ran "a part of a day" 0 sweep day.lua --sweep memory=512MB,1GB --out day
holds stdout '^  users follows a day, but 6h are measured'
ran "a day" 0 sweep day.lua --sweep memory=512MB,1GB --duration 24h --out day
! grep -q 'follows a day' stdout
verdict $? "a whole day is taken for a part"
ran "--find" 0 sweep s.lua --find rate --until slo --out find
tr -s '\n ' '  ' <stdout >flat
holds flat 'up to [0-9 .M]+ requests each'
holds flat '[0-9] ✓ .*← largest that meets the SLOs'
[ "$(grep -c '←' stdout)" -eq 1 ]
verdict $? "--find marks more than its answer"
holds flat 'rate=[0-9.]+/s is the largest that meets the SLOs; [0-9.]+/s misses users.rate.max < 90/s \(bracket'
ran "--find without an edge" 1 sweep missed.lua --find memory --until slo --out find
tr -s '\n ' '  ' <stdout >flat
holds flat 'no memory meets the SLOs'
ran "--refine" 0 sweep s.lua --sweep memory=256MB,1GB --refine --out refined
holds stdout 'refined'
holds refined/points.csv ',refined,'

# Resuming: a sweep that was stopped goes on, and ends as if it never had been.
ran "a limit" 4 sweep s.lua --sweep rate=1/s,2/s,300/s --max-events 20000 --jobs 1 --quiet --out limited
holds stderr 'max-events 20000 was reached after 2 of 3 points'
holds limited/meta.json '"partial": true'
lines limited/sweep.csv 3
ran "resumed" 0 sweep s.lua --sweep rate=1/s,2/s,300/s --resume --quiet --out limited
ran "never stopped" 0 sweep s.lua --sweep rate=1/s,2/s,300/s --quiet --out never
alike limited never
ran "more points" 0 sweep s.lua --sweep rate=1/s,2/s,3/s,300/s --resume --quiet --out limited
ran "more points at once" 0 sweep s.lua --sweep rate=1/s,2/s,3/s,300/s --quiet --out never
alike limited never
ran "resume of nothing" 0 sweep s.lua --resume --quiet --out fresh
"$TEPID" sweep long.lua --sweep rate=1/s,50000/s --quiet --out killed >stdout 2>stderr &
child=$!
sleep 1
kill -INT $child
wait $child
code=$?
[ "$code" -eq 130 ]
verdict $? "interrupted: exit code $code"
what=interrupted
holds stderr 'interrupted after [0-9] of 2 points: they are in killed, marked partial'
holds killed/meta.json '"partial": true'

# What wrong commands are told, word for word.
cp -R part1 part1b
sed 's/"version": "[^"]*"/"version": "9.9.9"/' part1/meta.json >part1b/meta.json
cp -R part1 damaged
echo "1,2,3" >>damaged/sweep.csv
ran "another seed" 0 sweep s.lua --sweep rate=10/s..50/s:10/s --shard 2/4 --seed 3 --quiet --out other
ran "other values" 0 sweep s.lua --sweep rate=10/s..60/s:10/s --shard 2/4 --quiet --out wider
: >messages
told() { # told ARGUMENT...
    call "$@"
    { echo "\$ ${prefix#export }${prefix:+ }tepid $*"; sed "s|digests .*|digests|" stderr; echo "($code)"; echo; } >>messages
    [ ! -s stdout ]
    verdict $? "tepid $*: something on stdout"
}
told sweep s.lua --sweep units
told sweep s.lua --sweep =3
told sweep s.lua --sweep unit=1,2
told sweep s.lua --sweep units=1,,2
told sweep s.lua --sweep units=5..1
told sweep s.lua --sweep units=0..10:0
told sweep s.lua --sweep units=a..b
told sweep s.lua --sweep units=3,3
told sweep s.lua --sweep memory=1GB..2s
told sweep s.lua --sweep units=0..60:10
told sweep s.lua --sweep arch=arm65
told sweep s.lua --sweep units=1 --sweep units=2
told sweep s.lua --sweep units=1,2 -p units=3
told sweep plain.lua
told sweep plain.lua --find rate --until slo
told sweep s.lua --find arch
told sweep s.lua --find speed
told sweep s.lua --find rate --until dawn
told sweep s.lua --until slo
told sweep s.lua --find rate --refine
told sweep s.lua --refine --shard 1/2
told sweep s.lua --shard 3/2
told sweep s.lua --shard one
told sweep s.lua --shard 4
told sweep s.lua --precision 0
told sweep s.lua --resume --json
told sweep s.lua --sweep rate=1/s --seed 5 --resume --out part1
told sweep nothing.lua
told sweep s.lua --variant big
prefix="export JOB_COMPLETION_INDEX=1"
told sweep s.lua
prefix="export SLURM_ARRAY_TASK_ID=x"
told sweep s.lua
prefix="export OMPI_COMM_WORLD_SIZE=2"
told sweep s.lua
prefix=
told merge part1 part2 part4
told merge part1 part2 part2 part3 part4
told merge part1 other part3 part4
told merge part1 wider part3 part4
told merge part1b part2 part3 part4
told merge part1 part2 part3 killed
told merge damaged part2 part3 part4
told merge part1 nowhere
told merge quiet s.lua
told merge
[ -z "${TEPID_UPDATE_GOLDENS:-}" ] || cp messages "$root/tests/golden/sweep_messages.expected"
if cmp -s messages sweep_messages.expected || [ -n "${TEPID_UPDATE_GOLDENS:-}" ]; then
    verdict 0
else
    verdict 1 "other words than expected: $(diff sweep_messages.expected messages | head -n 5)"
fi

finish
