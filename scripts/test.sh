#!/bin/sh
# test.sh - everything `make test` checks, in order of cost; the last line is the sum of all.
# Parts are programs and scripts that end with "N passed, N failed" or with CUnit's summary.
set -u
cd "$(dirname "$0")/.." || exit 1
export TEPID_ASSETS="$PWD/assets"
unset TEPID_UPDATE_GOLDENS
jobs=$(nproc 2>/dev/null || echo 1)
log=build/test-logs
mkdir -p "$log"
passed=0
failed=0

# run NAME COMMAND...: runs it and keeps its log, exit code and time.
run() {
    name=$1
    shift
    start=$(date +%s)
    "$@" >"$log/$name.log" 2>&1 </dev/null
    echo "$? $(($(date +%s) - start))" >"$log/$name.end"
}

# tell NAME: adds up the last "N passed, N failed" of what was run.
tell() {
    read -r code seconds <"$log/$1.end"
    sum=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log/$1.log" | tail -n 1)
    p=$(echo "$sum" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
    f=$(echo "$sum" | sed -n 's/.* \([0-9]*\) failed.*/\1/p')
    p=${p:-0}
    f=${f:-0}
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    passed=$((passed + p))
    failed=$((failed + f))
    printf '%-14s %5d passed %3d failed  %4ds\n' "$1" "$p" "$f" "$seconds"
    grep -a '^ *skipped' "$log/$1.log" | sort -u | sed 's/^/    /'
    [ "$f" -eq 0 ] || { tail -n 60 "$log/$1.log" | sed 's/^/    /'; }
}

part() {
    run "$@"
    tell "$1"
}

build() {
    make --no-print-directory -j"$jobs" "$@" >"$log/build.log" 2>&1 || {
        tail -n 40 "$log/build.log"
        echo "0 passed, 1 failed"
        exit 1
    }
}

# What MPI needs is fetched while the first build is made; without MPI its part is skipped, which mpi.sh says.
scripts/deps.sh --quiet mpi >"$log/mpi-deps.log" 2>&1 &
mpi=$!
build BUILD=release bins
# Links and one long test use one core: the theory is checked while the other builds are made.
run theory build/release/tepid-tests --theory &
wait $mpi && build BUILD=release build/release/tepid-mpi
build BUILD=debug build/debug/tepid-tests build/debug/tepid
build BUILD=o0 build/o0/tepid
wait
part layers scripts/layers.sh
# Side by side what computes on one core each; alone what uses both, or looks at the clock.
run unit build/release/tepid-tests --quick &
run slow-checks build/debug/tepid-tests --quick
wait
tell unit
tell slow-checks
tell theory
run stories build/release/tepid-tests --stories &
run determinism sh tests/golden/determinism.sh
wait
tell stories
tell determinism
part errors sh tests/golden/errors.sh
part cli sh tests/golden/cli.sh
part compare sh tests/golden/compare.sh
run ui sh tests/golden/ui.sh &
run desktop sh tests/golden/desktop.sh
wait
tell ui
tell desktop
run sweep sh tests/golden/sweep.sh &
run mpi sh tests/golden/mpi.sh
wait
tell sweep
tell mpi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
