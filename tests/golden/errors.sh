#!/bin/sh
# errors.sh - every wrong file gets the message it deserves, and nothing else happens.
#
# For each errors/NN_name.lua, `tepid check` must exit with 2, print nothing on stdout, write no file and say
# on stderr what NN_name.expected holds. Cases that need a file too large or too odd to keep, a damaged
# catalog or a folder that cannot be written are made below, in a folder of their own.
#
# Usage: [TEPID=build/release/tepid] tests/golden/errors.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"

# The bombs are tried with less than they may take by default, to be quick.
bomb_limits="--load-limit 1s,64MB"
scale_limits='s/than 5s$/than 1s/; s/than 256MB of/than 64MB of/; s/than 200 million/than 40 million/'

expected_code() { # a file that is not there is no fault of the scenario's text
    case $1 in
    28_missing_trace) echo 3 ;;
    *) echo 2 ;;
    esac
}

golden() { # golden NN_name [OPTION...]
    name=$1
    shift
    call check "errors/$name.lua" "$@"
    sed 's|errors/||g' stderr >said
    sed "$scale" "errors/$name.expected" >expected
    if [ "$code" -ne "$(expected_code "$name")" ]; then
        verdict 1 "$name: exit code $code"
    elif [ -s stdout ]; then
        verdict 1 "$name: something on stdout"
    elif ! cmp -s said expected; then
        verdict 1 "$name: other words than expected: $(head -n 1 said)"
    else
        verdict 0
    fi
}

cp -R "$root/tests/golden/errors" errors
chmod -R u+w errors
for file in errors/[0-9]*.lua; do
    name=$(basename "$file" .lua)
    case $name in
    *_bomb | *_loop | *_lying_length) scale=$scale_limits golden "$name" $bomb_limits ;;
    *) scale='' golden "$name" ;;
    esac
done
diff -r "$root/tests/golden/errors" errors >/dev/null
verdict $? "check wrote a file"
for file in errors/*.expected; do
    [ -f "${file%.expected}.lua" ]
    verdict $? "$file has no scenario"
done

# A refusal: its exit code, nothing on stdout, no file, and a word that must be on stderr.
refused() { # refused WHAT CODE WORD COMMAND...
    what=$1 want=$2 word=$3
    shift 3
    before=$(ls -A)
    call "$@"
    after=$(ls -A)
    if [ "$code" -ne "$want" ]; then
        verdict 1 "$what: exit code $code instead of $want: $(head -n 1 stderr)"
    elif [ -s stdout ]; then
        verdict 1 "$what: something on stdout"
    elif [ "$before" != "$after" ]; then
        verdict 1 "$what: a file was written"
    else
        grep -qF -e "$word" stderr
        verdict $? "$what: no '$word' in: $(head -n 1 stderr)"
    fi
}

cat >good.lua <<'LUA'
local m = param("memory", "512MB", { max = "1GB" })
local f = fn "f" { memory = m, handler = function(r) r:cpu "1ms" end }
traffic "t" { to = f, rate = "5/s" }
variant "big" { memory = "1GB" }
simulate { duration = "1min" }
LUA

refused "missing scenario" 3 "no such file" check nothing.lua
refused "folder as scenario" 3 "directory" check errors
refused "unknown parameter" 2 "did you mean 'memory'" check good.lua -p memori=1GB
refused "parameter out of range" 2 "memory" check good.lua -p memory=4GB
refused "parameter without unit" 2 "memory" check good.lua -p memory=much
refused "unknown variant" 2 "did you mean 'big'" check good.lua --variant bag
refused "--set of an unknown resource" 2 "'g'" check good.lua --set g.memory=1GB
refused "--set of an unknown setting" 2 "did you mean 'memory'" check good.lua --set f.memry=1GB
refused "--set out of range" 2 "10240MB" check good.lua --set f.memory=1TB
refused "empty load limit" 2 "--load-limit" check good.lua --load-limit ""

# Traces: one whose only line never ends, one above what is read at all, one without permission.
trace_case() { # trace_case WHAT CODE WORD
    sed 's/rate = .*}/rate = trace "big.csv" }/' good.lua >trace.lua
    refused "$1" "$2" "$3" check trace.lua
}
limit_memory=yes
(ulimit -v 600000 && "$TEPID" version) >/dev/null 2>&1 || limit_memory=no # sanitizers map terabytes
{ echo time_s && head -c 100000000 /dev/zero | tr '\0' 1; } >big.csv
[ $limit_memory = yes ] && prefix="ulimit -v 600000;"
seconds=2 trace_case "a line of 100 MB" 2 "line"
: >big.csv
truncate -s 1G big.csv
seconds=2 trace_case "a sparse file of 1 GB" 2 "big.csv"
echo time_s >big.csv
truncate -s 100M big.csv
seconds=2 trace_case "100 MB of zero bytes" 2 "zero byte"
prefix=
rm big.csv
mkdir big.csv
trace_case "a folder as trace" 2 "big.csv"
rmdir big.csv
ln -s /etc/hostname big.csv
trace_case "a link out of the folder" 2 "outside"
rm big.csv
mkfifo big.csv
seconds=2 trace_case "a pipe as trace" 2 "big.csv"
rm big.csv trace.lua

# An SLO without data fails: exit code 1, and the file says so.
sed 's/variant.*/slo { "f.latency.p99 < 1s" }/; s|"5/s"|"0/s"|' good.lua >idle.lua
call run idle.lua --out idle-out
[ "$code" -eq 1 ]
verdict $? "SLO without data: exit code $code instead of 1"
grep -q '^f.latency.p99 < 1s,.*,0,' idle-out/slo.csv
verdict $? "SLO without data: slo.csv does not say 0"

# Folders that cannot be written.
: >plain
refused "a file as folder" 3 "plain" run good.lua --out plain
refused "a folder below a file" 3 "plain" run good.lua --out plain/out
refused "a folder below /dev/null" 3 "/dev/null" run good.lua --out /dev/null/out
refused "an empty folder name" 2 "--out" run good.lua --out ""
if [ "$(id -u)" -ne 0 ]; then
    mkdir -m 555 locked
    refused "a folder without permission" 3 "locked" run good.lua --out locked/out
    chmod 755 locked
fi

# A damaged catalog: each file in turn missing, empty, cut off, of another shape. The file is named.
assets_case() { # assets_case FILE HOW
    TEPID_ASSETS=$work/assets
    export TEPID_ASSETS
    call check good.lua
    unset TEPID_ASSETS
    case $code in 2 | 3) verdict 0 ;; *) verdict 1 "$1 $2: exit code $code" ;; esac
    grep -qF "$1" stderr
    verdict $? "$1 $2: not named in: $(head -n 1 stderr)"
    cp "$root/assets/catalog/$1" "assets/catalog/$1"
}
mkdir assets
cp -R "$root/assets/catalog" assets/catalog
chmod -R u+w assets
for file in assets/catalog/*.json; do
    name=$(basename "$file")
    rm "$file"
    assets_case "$name" missing
    : >"$file"
    assets_case "$name" empty
    head -c 700 "$root/assets/catalog/$name" >"$file"
    assets_case "$name" "cut off"
    echo '[1, 2]' >"$file"
    assets_case "$name" "of another shape"
    echo '{}' >"$file"
    assets_case "$name" "without content"
    sed 's/[0-9][0-9]*/-1e999/g' "$root/assets/catalog/$name" >"$file"
    assets_case "$name" "with absurd numbers"
    yes '[' | head -c 200000 >"$file"
    assets_case "$name" "nested without end"
done
TEPID_ASSETS=$work/nowhere
export TEPID_ASSETS
refused "assets that are not there" 3 "nowhere" check good.lua
unset TEPID_ASSETS

finish
