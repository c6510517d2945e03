# common.sh - what the end-to-end scripts share; read with `.`, not run.
#
# Afterwards the working directory is a new folder, removed at the end: $work; the project is $root, the
# program $TEPID. `call ARGUMENT...` runs it into the files stdout and stderr and sets $code; the variables
# $seconds (default 20) and $prefix (shell words such as "ulimit -f 8;") bound one call.

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
TEPID=${TEPID:-build/release/tepid}
case $TEPID in /*) ;; *) TEPID=$root/$TEPID ;; esac
if ! "$TEPID" version 2>/dev/null | grep -q tepid; then
    echo "FAIL no working program $TEPID: run make first"
    echo "0 passed, 1 failed"
    exit 1
fi
unset TEPID_ASSETS NO_COLOR
work=$(mktemp -d "${TMPDIR:-/tmp}/tepid-test-XXXXXX") || exit 1
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 1

passed=0 failed=0 prefix='' seconds=''

verdict() { # verdict STATUS WHAT-FAILED
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n' "$2"
    fi
}

call() { # call ARGUMENT...; exit code 124 when it took too long
    code=0
    (eval "$prefix" && exec timeout -s KILL "${seconds:-20}" "$TEPID" "$@") >stdout 2>stderr </dev/null || code=$?
    [ "$code" -ne 137 ] || code=124
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
