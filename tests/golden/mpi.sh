#!/bin/sh
# mpi.sh - ranks of MPI share a sweep: the same bytes as one thread, and what was done is kept when a rank dies.
#
# Needs mpirun and the program of `make MPI=1`; without one of them it is skipped, aloud.
#
# Usage: [TEPID=build/release/tepid] [TEPID_MPI=build/release/tepid-mpi] tests/golden/mpi.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"
TEPID_MPI=${TEPID_MPI:-$TEPID-mpi}
case $TEPID_MPI in /*) ;; *) TEPID_MPI=$root/$TEPID_MPI ;; esac
if ! command -v mpirun >/dev/null 2>&1 || [ ! -x "$TEPID_MPI" ]; then
    echo "skipped: no mpirun, or no $TEPID_MPI (make MPI=1)"
    echo "0 passed, 0 failed"
    exit 0
fi

# Open MPI wants to be told that root and more ranks than cores are meant; others do not know the words.
options=
if mpirun --version 2>&1 | grep -qi 'open mpi'; then
    options='--oversubscribe'
    [ "$(id -u)" != 0 ] || options="$options --allow-run-as-root"
fi
ranks() { # ranks COUNT ARGUMENT...
    count=$1
    shift
    code=0
    # shellcheck disable=SC2086
    timeout -s KILL 60 mpirun $options -n "$count" "$TEPID_MPI" "$@" >stdout 2>stderr </dev/null || code=$?
}

alike() { # alike WHAT FOLDER FOLDER
    diff -r "$2" "$3" >difference 2>&1
    verdict $? "$1: other bytes: $(head -n 1 difference)"
}

cat >s.lua <<'LUA'
scenario "sizing" { question = "How many units?" }
local rate = param("rate", "20/s")
local units = param("units", 0, { max = 50 })
local f = fn "f" { provisioned = units > 0 and units or nil,
  handler = function(r) r:cpu "30ms" r:wait(exponential "50ms") end }
traffic "users" { to = f, rate = rate }
slo { "f.spill < 1%" }
sweep { units = range(0, 20), rate = { "20/s", "30/s" } }
simulate { duration = "10min", warmup = "30s", seed = 11 }
LUA

# A rank is killed in mid-sweep. mpirun then ends the job, and what was done is in the folder; --resume goes on. Where mpirun is told to let
# the others live, they do the lost rank's points as well. Both wait most of the time: they run beside the rest.
sed 's/"10min"/"6h"/; s/^sweep.*/sweep { units = range(0, 15), rate = { "40\/s" } }/' s.lua >long.lua
ticks() { # ticks PID: hundredths of a second it has computed
    cut -d ' ' -f 14 "/proc/$1/stat" 2>/dev/null || echo 0
}
find_rank() { # find_rank RANK MPIRUN
    for pid in $(pgrep -P "$2"); do
        ! tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$1" || echo "$pid"
    done
}
kill_rank() { # kill_rank RANK MPIRUN FOLDER: when it is at work, which is a twentieth of a second after there is a folder
    while [ ! -d "$3" ] && kill -0 "$2" 2>/dev/null; do sleep 0.05; done
    victim=$(find_rank "$1" "$2")
    start=$(ticks "$victim")
    while [ "$(ticks "$victim")" -lt $((start + 5)) ] && kill -0 "$2" 2>/dev/null; do sleep 0.05; done
    kill -KILL "$victim"
}
lose_one() { # lose_one FOLDER OPTION...
    out=$1
    shift
    # shellcheck disable=SC2086
    mpirun $options "$@" -n 3 "$TEPID_MPI" sweep long.lua --quiet --rank-silence 1s --out "$out" >"$out.stdout" 2>"$out.stderr" </dev/null &
    mpirun=$!
    kill_rank 2 $mpirun "$out"
    wait $mpirun
}
if [ -n "$options" ]; then
    lose_one lost &
    lost=$!
    lose_one survived --enable-recovery &
    survived=$!
fi
# shellcheck disable=SC2086
timeout -s KILL 60 mpirun $options -n 2 "$TEPID_MPI" sweep s.lua --sweep units=0..60:10 >wrong.stdout 2>wrong.stderr </dev/null &
wrong=$!

# One thread, two threads, three ranks, ranks of two threads, four merged shards. Rank 0 alone speaks.
call sweep s.lua --quiet --jobs 1 --out one
verdict $code "one thread: exit code $code"
call sweep s.lua --quiet --jobs 2 --out two
alike "two threads" one two
ranks 3 sweep s.lua --out ranks3
verdict $code "three ranks: exit code $code: $(head -n 1 stderr)"
alike "three ranks" one ranks3
[ "$(grep -c 'answer:' stdout)" -eq 1 ] && grep -q '3 ranks' stdout
verdict $? "three ranks: $(grep -c 'answer:' stdout) answers"
for i in 1 2 3 4; do
    call sweep s.lua --quiet --shard $i/4 --out "part$i"
done
call merge part1 part2 part3 part4 --quiet --out merged
alike "four merged shards" one merged
ranks 2 sweep s.lua --quiet --jobs 2 --shard 2/4 --out part2ranks
alike "a shard in two ranks of two threads" part2 part2ranks

# Searches decide in rank 0.
call sweep s.lua --quiet --find units --out found
ranks 3 sweep s.lua --quiet --find units --out found3
alike "--find in three ranks" found found3

# The runs of --json come from whoever made them; how fast that was is its own affair.
plain() { sed '/"performance": {/,/}/d' stdout; }
call sweep s.lua --json --sweep units=0..5 --out json
plain >one.json
ranks 3 sweep s.lua --json --sweep units=0..5 --out json3
plain >three.json
grep -q '"sweep": {' one.json && cmp -s one.json three.json
verdict $? "--json in three ranks: $(diff one.json three.json | head -n 2 | tail -n 1)"

# What is wrong is said once.
wait $wrong
code=$?
[ "$(grep -c 'error:' wrong.stderr)" -eq 1 ] && [ "$code" -eq 2 ]
verdict $? "a wrong value: $(grep -c 'error:' wrong.stderr) messages, exit code $code"

if [ -n "$options" ]; then
    call sweep long.lua --quiet --out long
    [ "$code" -le 1 ] # no point need meet the SLO
    verdict $? "a long sweep: exit code $code"
    wait $lost
    [ -s lost/points.csv ] && grep -q '"partial": true' lost/meta.json
    verdict $? "a rank killed: nothing was kept: $(head -n 1 lost.stderr)"
    grep -q 'rank 2' lost.stderr
    verdict $? "a rank killed: it is not named"
    call sweep long.lua --quiet --resume --out lost
    alike "a rank killed, then --resume" long lost
    wait $survived
    grep -q 'warning: rank 2 of 3 .* has not been heard of' survived.stderr
    verdict $? "a rank killed, the others live: it is not named: $(head -n 1 survived.stderr)"
    alike "a rank killed, the others live" long survived
else
    echo "skipped: what happens to killed ranks is Open MPI's way"
fi

finish
