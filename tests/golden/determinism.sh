#!/bin/sh
# determinism.sh - the same file, parameters and seed give the same bytes, whatever runs them.
#
# Each scenario runs once to set the standard, then again with other numbers of threads, other builds (those
# of o0, o3, debug and asan that exist: make o0 o3), without AVX2 and FMA, in other languages, from another
# folder and under another name of the results folder. Every file of every folder must be equal. Builds older
# than a source are left out, with a word about it: they are another program.
#
# Usage: [TEPID=build/release/tepid] tests/golden/determinism.sh [SCENARIO...]
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"

# Six that ship, shortened, and five that hold every operation, every service, every shape, variants and absurd times.
shipped="hello spike fan_out keep_alive noisy_neighbour day"
own="every services shapes variants absurd"

locate() { # locate NAME -> $file, $short
    short="--duration 3min --warmup 5s"
    if [ -f "$root/tests/golden/runs/$1.lua" ]; then
        file=$root/tests/golden/runs/$1.lua short=
    elif [ -f "$root/scenarios/$1.lua" ]; then
        file=$root/scenarios/$1.lua
    else
        return 1
    fi
}

# The exit code says whether SLOs were met; only a failure of the program counts here.
simulate() { # simulate FOLDER PROGRAM OPTION...
    out=$1 program=$2
    shift 2
    code=0
    "$program" run "$file" $short --variant all --quiet --no-fail --out "$out" "$@" >stdout 2>stderr || code=$?
    [ "$code" -eq 0 ]
}

same() { # same WHAT FOLDER
    if [ "$code" -ne 0 ]; then
        verdict 1 "$scenario, $1: exit code $code: $(head -n 1 stderr)"
    else
        diff -r standard "$2" >difference 2>&1
        verdict $? "$scenario, $1: other bytes: $(head -n 1 difference)"
    fi
    rm -rf "$2"
}

with() { # with WHAT OPTION...
    what=$1
    shift
    simulate other "$TEPID" "$@" || :
    same "$what" other
}

# What glibc before 2.33 called X_Usable is plain X now; unknown names are ignored.
no_avx2="glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX2_Usable,-FMA_Usable,-AVX512F_Usable"

environments() {
    GLIBC_TUNABLES=$no_avx2 && export GLIBC_TUNABLES
    with "without AVX2 and FMA"
    unset GLIBC_TUNABLES
    for language in C C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8 en_US.ISO-8859-1; do
        LANG=$language LC_ALL=$language && export LANG LC_ALL
        with "in language $language"
    done
    unset LANG LC_ALL
    TZ=Asia/Kathmandu && export TZ
    with "in another time zone"
    unset TZ
    MALLOC_PERTURB_=165 && export MALLOC_PERTURB_
    with "with memory filled by malloc"
    unset MALLOC_PERTURB_
}

elsewhere() { # the scenario by a relative name, from its own folder
    here=$(pwd)
    kept=$file
    cd "$(dirname "$file")" || exit 1
    file=$(basename "$file") code=0
    "$TEPID" run "$file" $short --variant all --quiet --no-fail --out "$here/else/where" >"$here/stdout" 2>"$here/stderr" || code=$?
    cd "$here" || exit 1
    file=$kept
    same "from another folder" else/where
}

moved() { # a copy of the file in another place is the same scenario
    kept=$file
    mkdir -p moved
    cp "$file" moved
    file=moved/$(basename "$file")
    with "moved to another folder"
    file=$kept
    rm -rf moved
}

fresh_builds() {
    for build in o0 o3 debug asan; do
        program=$root/build/$build/tepid
        if [ ! -x "$program" ] || [ "$program" = "$TEPID" ]; then
            continue
        elif [ -n "$(find "$root/sim" -name '*.[ch]' -newer "$program")" ]; then
            echo "note: build/$build is older than its sources and was left out" >&2
        else
            echo "$build"
        fi
    done
}

builds() {
    for build in $others; do
        simulate other "$root/build/$build/tepid" --jobs 2 || :
        same "build $build" other
    done
}

# Replications: replication k is the same whoever runs it, so 1 and 7 threads agree on 5 of them.
replications() {
    rm -rf standard
    simulate standard "$TEPID" --reps 5 --jobs 1
    verdict $? "$scenario, 5 replications: $(head -n 1 stderr)"
    with "5 replications, 2 threads" --reps 5 --jobs 2
    with "5 replications, 7 threads" --reps 5 --jobs 7
}

# Another seed must give other figures, or the seed is not used at all.
other_seed() {
    simulate other "$TEPID" --seed 4711 || :
    ! diff -r standard other >/dev/null
    verdict $? "$scenario: another seed gives the same bytes"
    rm -rf other
}

others=$(fresh_builds)
[ $# -gt 0 ] || set -- $own $shipped
for scenario in "$@"; do
    locate "$scenario" || continue
    if ! simulate standard "$TEPID" --jobs 1; then
        verdict 1 "$scenario: exit code $code: $(head -n 1 stderr)"
        continue
    fi
    with "again" --jobs 1
    with "2 threads" --jobs 2
    with "7 threads" --jobs 7
    with "with JSON" --json
    environments
    elsewhere
    moved
    builds
    other_seed
    replications
    rm -rf standard
done

finish
