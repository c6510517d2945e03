#!/bin/sh
# stories.sh - the shipped scenarios in full: their figures, then every one with all its variants at the length its file says.
#
# Usage: scripts/stories.sh (after make). Prints a line for each; the last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
passed=0 failed=0
build/release/tepid-tests --stories >"$out/figures.log" 2>&1
sum=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$out/figures.log" | tail -n 1)
echo "figures                    $sum"
case $sum in
*" 0 failed") passed=$((passed + 1)) ;;
*) failed=$((failed + 1)) && tail -n 40 "$out/figures.log" ;;
esac
for file in scenarios/*.lua; do
    name=$(basename "$file" .lua)
    start=$(date +%s)
    if build/release/tepid run "$file" --variant all --no-fail --quiet --out "$out/run" >"$out/log" 2>&1; then
        passed=$((passed + 1)) word=ok
    else
        failed=$((failed + 1)) word=FAILED
    fi
    printf '%-26s %s  %ds\n' "$name" "$word" "$(($(date +%s) - start))"
    [ "$word" = ok ] || head -n 5 "$out/log"
    rm -rf "$out/run"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
