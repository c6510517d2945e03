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

# part NAME COMMAND...: runs it, keeps its log, adds up its last "N passed, N failed".
part() {
    name=$1
    shift
    start=$(date +%s)
    "$@" >"$log/$name.log" 2>&1 </dev/null
    code=$?
    sum=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log/$name.log" | tail -n 1)
    p=$(echo "$sum" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
    f=$(echo "$sum" | sed -n 's/.* \([0-9]*\) failed.*/\1/p')
    p=${p:-0}
    f=${f:-0}
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    passed=$((passed + p))
    failed=$((failed + f))
    printf '%-14s %5d passed %3d failed  %4ds\n' "$name" "$p" "$f" "$(($(date +%s) - start))"
    grep -a '^ *skipped' "$log/$name.log" | sort -u | sed 's/^/    /'
    [ "$f" -eq 0 ] || { tail -n 60 "$log/$name.log" | sed 's/^/    /'; }
}

build() {
    make --no-print-directory -j"$jobs" "$@" >"$log/build.log" 2>&1 || {
        tail -n 40 "$log/build.log"
        echo "0 passed, 1 failed"
        exit 1
    }
}

build BUILD=release bins
build BUILD=debug build/debug/tepid-tests build/debug/tepid
build BUILD=o0 build/o0/tepid
build BUILD=o3 build/o3/tepid
part layers scripts/layers.sh
part unit build/release/tepid-tests --quick
part slow-checks build/debug/tepid-tests --quick
part theory build/release/tepid-tests --theory
part stories build/release/tepid-tests --stories
for script in tests/golden/errors.sh tests/golden/cli.sh tests/golden/determinism.sh; do
    part "$(basename "$script" .sh)" sh "$script"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
