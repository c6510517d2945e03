#!/bin/sh
# cli.sh - every command used rightly and wrongly: exit codes, streams, files, limits, interrupts, full disks.
#
# Usage: [TEPID=build/release/tepid] tests/golden/cli.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"

ok() { # ok WHAT CODE ARGUMENT...: exit code as given, and for 0 something on stdout and nothing on stderr
    what=$1 want=$2
    shift 2
    call "$@"
    if [ "$code" -ne "$want" ]; then
        verdict 1 "$what: exit code $code instead of $want: $(head -n 1 stderr)"
    elif [ -s stderr ]; then
        verdict 1 "$what: something on stderr: $(head -n 1 stderr)"
    else
        test -s stdout
        verdict $? "$what: nothing on stdout"
    fi
}

wrong() { # wrong CODE ARGUMENT...: refused with a reason, nothing on stdout, nothing written
    want=$1
    shift
    before=$(find . | sort)
    call "$@"
    rm -f stdout.kept
    if [ "$code" -ne "$want" ]; then
        verdict 1 "tepid $*: exit code $code instead of $want: $(head -n 1 stderr)"
    elif [ -s stdout ]; then
        verdict 1 "tepid $*: something on stdout"
    elif ! grep -q '^error: ..*' stderr; then
        verdict 1 "tepid $*: no 'error:' on stderr"
    else
        [ "$before" = "$(find . | sort)" ]
        verdict $? "tepid $*: a file was written"
    fi
}

holds() { # holds FILE PATTERN
    grep -qE -e "$2" "$1"
    verdict $? "$what: no /$2/ in $1"
}

no_escapes() { # no_escapes FILE
    ! grep -q "$(printf '\033')" "$1"
    verdict $? "$what: escape codes in $1"
}

# Reads JSON strictly enough to notice what a program would stumble over; prints the first fault.
is_json() {
    tr '\n' ' ' <"$1" | awk '
    function skip() { while (substr(s, i, 1) ~ /[ \t\r]/) i++ }
    function fail(why) { print why " at byte " i; bad = 1; exit 1 }
    function text(    rest) {
        rest = substr(s, i, 70000)
        if (!match(rest, /^"([^"\\]|\\(["\\\/bfnrt]|u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]))*"/)) fail("string")
        if (substr(rest, 1, RLENGTH) ~ /[\001-\037]/) fail("control character")
        i += RLENGTH
    }
    function value(    c, rest) {
        skip(); c = substr(s, i, 1); rest = substr(s, i, 60)
        if (c == "{") { i++; skip(); if (substr(s, i, 1) == "}") { i++; return }
            for (;;) { skip(); text(); skip(); if (substr(s, i++, 1) != ":") fail("colon"); value(); skip()
                c = substr(s, i++, 1); if (c == "}") return; if (c != ",") fail("comma") } }
        else if (c == "[") { i++; skip(); if (substr(s, i, 1) == "]") { i++; return }
            for (;;) { value(); skip(); c = substr(s, i++, 1); if (c == "]") return; if (c != ",") fail("comma") } }
        else if (c == "\"") text()
        else if (match(rest, /^(true|false|null)/)) i += RLENGTH
        else if (match(rest, /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) i += RLENGTH
        else fail("value")
    }
    { s = s $0 }
    END { if (bad) exit 1; i = 1; value(); skip(); if (i <= length(s)) fail("something after the end") }'
}

json() { # json FILE
    fault=$(is_json "$1")
    verdict $? "$what: no valid JSON: $fault"
}

cat >a.lua <<'LUA'
scenario "a b/c" { question = "Is the form kept?" }
local m = param("memory", "512MB", { max = "1GB", doc = "memory of f" })
local f = fn "f" { memory = m, handler = function(r) r:cpu "2ms" end }
local web = http_api "web" { ["GET /x"] = f }
traffic "users" { to = web "GET /x", rate = "40/s" }
variant "one" { memory = "1GB" }
variant "two" { memory = "256MB" }
slo { "web.latency.p99 < 5s" }
simulate { duration = "2min", warmup = "10s", seed = 6 }
LUA
sed 's/< 5s/< 1us/' a.lua >missed.lua
sed 's/40\/s/2000\/s/; s/duration = "2min"/duration = "3000h"/' a.lua >long.lua
sed '/variant/d' a.lua >b.lua

# --help, everywhere.
for command in run sweep compare view check params list new explain report import merge emulate calibrate version; do
    ok "$command --help" 0 $command --help
    holds stdout "$command"
    holds stdout '[Ee]xample|tepid version'
done
ok "tepid --help" 0 --help
ok "help run" 0 help run
ok "--version" 0 --version
what="no command"
call
[ "$code" -eq 2 ] && [ ! -s stdout ] && [ -s stderr ]
verdict $? "tepid alone: exit code $code, or words on the wrong stream"

# Used rightly.
ok "version" 0 version
holds stdout '[0-9]+\.[0-9]+\.[0-9]+'
ok "list" 0 list
holds stdout 'hello'
ok "check" 0 check a.lua
ok "check --dump" 0 check a.lua --dump
holds stdout 'cpu'
ok "check of a variant" 0 check a.lua --variant two
ok "check of all variants" 0 check a.lua --variant all
holds stdout '^a b/c / one'
holds stdout '^a b/c / two'
holds stdout 'account .*concurrency 1 000'
holds stdout 'arrivals poisson'
sed 's/memory = "256MB"/memory = "1MB"/' a.lua >badvariant.lua
what="a wrong variant among all"
wrong 2 check badvariant.lua --variant all
rm badvariant.lua
ok "check of all, where there are none" 0 check b.lua --variant all
ok "check names shipped files shortly" 0 check hello --dump
! grep -qF '/../' stdout
verdict $? "check hello --dump shows a path with .."
ok "params" 0 params a.lua
holds stdout '^  account'
holds stdout 'memory'
ok "params of a shipped scenario" 0 params hello
ok "explain" 0 explain
ok "explain latency" 0 explain latency
ok "explain fn" 0 explain fn
ok "explain fn.memory" 0 explain fn.memory
for word in stages diurnal spike mmpp burst trace lognormal exponential uniform normal gamma weibull pareto erlang mix \
    percentiles empirical cpu wait call maybe choose when each map all try memory respond fail mark retry expo param \
    variant sweep slo at pricing simulate insights account scenario require attr fn http_api rest_api traffic; do
    ok "explain $word" 0 explain "$word"
    holds stdout 'example'
done
ok "explain account.scaling" 0 explain account.scaling
ok "explain fn.keep_alive" 0 explain fn.keep_alive
holds stdout 'aws-2021 .*5min.*7min'
ok "explain fn.runtime" 0 explain fn.runtime
holds stdout 'python3.13'
ok "explain diurnal" 0 explain diurnal
holds stdout '2x .*2\.00'
ok "explain rules" 0 explain rules
for rule in $(awk '/^  [A-Z][0-9][0-9] /{ print $1 }' stdout); do
    ok "explain $rule" 0 explain "$rule"
    holds stdout 'fires when'
    holds stdout 'how to act'
done
suggests() { # suggests RIGHT WRONG
    call explain "$2"
    what="explain $2"
    holds stderr "did you mean '$1'"
}
suggests fn.memory fn.memroy
suggests keep_alive keep_alv
suggests account.scaling account.scalng
suggests lognormal lognorml
ok "new" 0 new
ok "new hello" 0 new hello made
ok "new with what it requires" 0 new monolith_vs_microservices whole
ok "what new made loads" 0 check whole/monolith_vs_microservices.lua
what="new never overwrites"
echo mine >made/hello.lua
wrong 3 new hello made
[ "$(cat made/hello.lua)" = mine ]
verdict $? "$what"
rm -r made
for name in $("$TEPID" list | awk 'NF > 1 && /^  /{ print $1 }' | head -n 30); do
    [ -f "$root/scenarios/$name.lua" ] || continue
    ok "check $name by its name" 0 check "$name"
done
printf 'HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,http,0,30,100\n' >inv.csv
ok "import" 0 import azure-trace inv.csv --out imported.lua
ok "run of what was imported" 0 run imported.lua --out imported --json
ok "check of what was imported" 0 check imported.lua
rm -rf imported imported.lua imported.csv

# run: exit codes and where results go.
ok "run" 0 run a.lua --out out1
holds stdout 'GET /x'
no_escapes stdout
what="files"
for file in summary timeseries latency cost slo insights edges; do
    test -s out1/$file.csv
    verdict $? "$file.csv is missing"
    ! grep -q "$(printf '\r')" out1/$file.csv && [ -z "$(tail -c 1 out1/$file.csv)" ]
    verdict $? "$file.csv: line ends"
done
json out1/meta.json
[ "$(find out1 -type f | wc -l)" -eq 8 ]
verdict $? "out1 holds something else"
ok "a missed SLO" 1 run missed.lua --out out2
ok "--no-fail" 0 run missed.lua --out out2 --no-fail
holds out2/slo.csv ',0,'
ok "--json" 0 run a.lua --out out3 --json
json stdout
for key in meta summary cost slo insights performance wall_s events_per_s peak_rss_bytes; do holds stdout "\"$key\""; done
grep -q '"theory": \[' stdout && grep -q '"theory_gaps": \[' stdout
verdict $? "--json: no theory"
ok "--theory" 0 run a.lua --out out3 --theory
holds stdout '^ +no closed form for|^  THEORY +exact +simulated'
ok "check says what theory says" 0 check a.lua
holds stdout '^  THEORY'
ok "--json of variants" 0 run a.lua --out out4 --json --variant all
json stdout
holds stdout '"runs"'
[ -f out4/one/summary.csv ] && [ -f out4/two/meta.json ] && [ -f out4/variants.csv ]
verdict $? "variants: folders"
ok "variant all without variants" 0 run b.lua --out out5 --variant all
[ -f out5/summary.csv ]
verdict $? "variant all without variants: the file as it stands"
ok "default folder" 0 run a.lua --seed 9
[ -f out/a-b-c-s9/summary.csv ]
verdict $? "default folder is not out/a-b-c-s9: $(ls out)"
ok "default folder of a variant" 0 run a.lua --variant one
[ -f out/a-b-c-one-s6/summary.csv ]
verdict $? "default folder is not out/a-b-c-one-s6: $(ls out)"
ok "nested new folder" 0 run a.lua --out deep/er/out
ok "--traces" 0 run a.lua --out traced --traces 8
holds traced/traces.csv '^request_id,span_id,parent_id,resource,op,start_s,duration_ms,wait_ms,cold,outcome,line'
holds traced/traces.csv '^users-[0-9]+,1,,users,request,'
holds traced/traces.otlp.json '"resourceSpans"'
tr -s '\n ' '  ' <stdout >flat
holds flat 'meta.json traces.csv traces.chrome.json traces.otlp.json'
cp traced/traces.csv traces.kept
ok "--traces with other threads" 0 run a.lua --out traced --traces 8 --jobs 3
cmp -s traced/traces.csv traces.kept
verdict $? "traces depend on the number of threads"
ok "no traces" 0 run a.lua --out traced
! test -e traced/traces.csv
verdict $? "traces of an earlier run were left"
rm traces.kept
wrong 2 run a.lua --traces 0 --out traced
wrong 2 run a.lua --traces some --out traced

ok "report of a folder" 0 report traced
holds stdout '^traced/report.html  report.md'
holds traced/report.html '</html>'
holds traced/report.md 'report-latency.svg'
ok "report of a scenario" 0 report a.lua --out reported
holds reported/report.html '>two</th>'
ok "report of its folder again" 0 report reported --out again
cmp -s reported/report.html again/report.html
verdict $? "a report of the same folders differs"
ok "report of a missed SLO" 1 report missed.lua --out out2 --variant one
wrong 3 report traced nowhere
wrong 2 report traced --seed 3
wrong 3 report no-such-scenario
rm -r traced reported again

ok "folder with blanks" 0 run a.lua --out "my results"
ok "options in any place" 0 run --out out6 -pmemory=1GB --seed=7 a.lua --reps 2 --jobs=2 --set f.timeout=5s
holds out6/meta.json '"memory": "1GB"'
what="--quiet"
call run a.lua --quiet --out out7
[ "$code" -eq 0 ] && [ ! -s stdout ] && [ ! -s stderr ] && [ -f out7/summary.csv ]
verdict $? "--quiet: exit code $code, or not quiet, or no files"
ok "results replace older ones" 0 run a.lua --out out7 --seed 1
[ -z "$(find . -name '.*.part')" ]
verdict $? "passing files are left behind"
ok "--insights full" 0 run a.lua --out ins --insights full
holds stdout 'INSIGHTS'
holds stdout 'biggest lever'
holds ins/insights.csv '^R06,info,.*what breaks first: .*x this load'
ok "--all-insights" 0 run a.lua --out ins --all-insights --json
json stdout
holds stdout '"rule": "R07"'
ok "--insights off" 0 run a.lua --out ins --insights off
! grep -q INSIGHTS stdout && [ "$(wc -l <ins/insights.csv)" -eq 1 ]
verdict $? "--insights off looks all the same"
ok "insights of variants" 0 run a.lua --out ins --variant all
[ "$(wc -l <ins/one/insights.csv)" -gt 1 ] && [ "$(wc -l <ins/two/insights.csv)" -gt 1 ]
verdict $? "insights of variants: a folder has none"
wrong 2 run a.lua --all-insights --insights off
rm -rf ins out out[1-9] deep "my results"

# Widths and colours: a pipe has neither; a terminal has both, unless told otherwise.
terminal() { # terminal COLUMNS ARGUMENT...
    columns=$1
    shift
    script -qec "stty cols $columns; '$TEPID' $* 2>/dev/null" /dev/null </dev/null >stdout 2>stderr
}
widest() {
    sed "s/$(printf '\033')\\[[0-9;]*[A-Za-z]//g; s/$(printf '\r')//g" "$1" | LC_ALL=C.UTF-8 awk '{ gsub(/[\200-\277]/, "") } length($0) > m { m = length($0) } END { print m + 0 }'
}
if command -v script >/dev/null 2>&1 && terminal 80 run b.lua --out w && [ -s stdout ]; then
    what="a terminal"
    holds stdout "$(printf '\033')\\["
    for columns in 80 120; do
        terminal $columns run b.lua --out w
        [ "$(widest stdout)" -le $columns ]
        verdict $? "summary is $(widest stdout) wide on a terminal of $columns"
        terminal $columns run a.lua --variant all --out w
        [ "$(widest stdout)" -le $columns ]
        verdict $? "table of variants is $(widest stdout) wide on a terminal of $columns"
        terminal $columns params a.lua
        [ "$(widest stdout)" -le $columns ]
        verdict $? "params are $(widest stdout) wide on a terminal of $columns"
    done
    what="--no-color"
    terminal 80 run b.lua --out w --no-color
    no_escapes stdout
    what="NO_COLOR"
    NO_COLOR=1 && export NO_COLOR
    terminal 80 run b.lua --out w
    no_escapes stdout
    unset NO_COLOR
    rm -rf w
fi
what="a pipe"
call run b.lua --out w
[ "$(widest stdout)" -le 80 ]
verdict $? "summary is $(widest stdout) wide in a pipe"
call run b.lua --out w --seed x
no_escapes stderr
rm -rf w

# Limits end a run with what there is.
limit() { # limit OPTION VALUE
    what="$1 $2"
    call run long.lua --out limited "$1" "$2"
    [ "$code" -eq 4 ]
    verdict $? "$what: exit code $code instead of 4: $(head -n 1 stderr)"
    holds stderr "$1"
    holds limited/meta.json '"partial": true'
    json limited/meta.json
    rm -rf limited
}
limit --max-events 100
limit --max-events 1
limit --max-wall 200ms
limit --max-memory 1MB

# An interrupt ends it the same way. --max-wall only keeps the test from waiting for ever.
interrupt() { # interrupt SIGNAL [OPTION...]
    what="SIG$1 $2"
    signal=$1
    shift
    "$TEPID" run long.lua --out stopped --max-wall 15s "$@" >stdout 2>stderr </dev/null &
    child=$!
    sleep 0.5
    kill -s "$signal" $child
    code=0
    wait $child || code=$?
    [ $code -eq 130 ]
    verdict $? "$what: exit code $code instead of 130"
    holds stderr 'interrupted'
    marked=$(find stopped -name meta.json -exec grep -l '"partial": true' {} + | wc -l)
    [ "$marked" -gt 0 ] && [ -n "$(find stopped -name summary.csv -size +0)" ]
    verdict $? "$what: nothing was written, or it is not marked partial"
    [ -z "$(find stopped -name '.*.part')" ]
    verdict $? "$what: passing files are left behind"
    rm -rf stopped
}
interrupt INT
interrupt TERM
interrupt INT --variant all --jobs 2
interrupt INT --reps 3 --json
json stdout

# A disk that is full, by a limit on the size of files: the old results stay whole, nothing new is half there.
call run a.lua --out full --quiet
cp -R full before
prefix="ulimit -f 8; trap '' XFSZ;" call run a.lua --out full --seed 77 --duration 3h --quiet
[ "$code" -eq 3 ] && diff -r full before >/dev/null
verdict $? "full disk: exit code $code, or other files than before: $(diff -rq full before | head -n 1)"
what="full disk"
holds stderr 'cannot write'
prefix="ulimit -f 8; trap '' XFSZ;" call run a.lua --out fresh --seed 77 --duration 3h --quiet
[ "$code" -eq 3 ] && [ -z "$(ls -A fresh)" ]
verdict $? "full disk, new folder: exit code $code, or something is there: $(ls -A fresh)"
prefix="ulimit -f 8;" call run a.lua --out fresh --seed 77 --duration 3h --quiet
[ "$code" -eq 3 ]
verdict $? "full disk without SIGXFSZ ignored: exit code $code instead of 3"
if [ -c /dev/full ]; then
    for command in "run a.lua --out fresh" "run a.lua --out fresh --json" list version "check a.lua" "params a.lua" "explain latency" "run --help" --help; do
        code=0
        "$TEPID" $command >/dev/full 2>stderr || code=$?
        [ $code -eq 3 ]
        verdict $? "tepid $command >/dev/full: exit code $code instead of 3"
    done
fi
rm -rf full before fresh
code=0
(trap '' PIPE; "$TEPID" list; echo $? >pipe_code) 2>stderr | :
[ "$(cat pipe_code)" -ne 70 ]
verdict $? "a closed pipe is no bug of tepid"
rm -f pipe_code

# Used wrongly, five times and more for each command.
wrong 2 nonsense
wrong 2 rnu a.lua
wrong 2 --nonsense
wrong 2 -x
wrong 2 ""
wrong 2 help nonsense
wrong 2 run
wrong 2 run a.lua b.lua
wrong 2 run a.lua --nonsense
wrong 2 run a.lua -x
wrong 2 run a.lua --seed
wrong 2 run a.lua --seed -1
wrong 2 run a.lua --seed 1e3
wrong 2 run a.lua --seed 99999999999999999999
wrong 2 run a.lua --duration 10
wrong 2 run a.lua --duration 0s
wrong 2 run a.lua --duration 99999d
wrong 2 run a.lua --duration 5s
wrong 2 run a.lua --warmup 1d
wrong 2 run a.lua --reps 0
wrong 2 run a.lua --reps 1000000000
wrong 2 run a.lua --jobs 0
wrong 2 run a.lua --jobs many
wrong 2 run a.lua --variant three
wrong 2 run a.lua -p memory
wrong 2 run a.lua -p =1GB
wrong 2 run a.lua -p memori=1GB
wrong 2 run a.lua -p memory=2GB
wrong 2 run a.lua --set f
wrong 2 run a.lua --set f.memory
wrong 2 run a.lua --set f.nonsense=1
wrong 2 run a.lua --set web.memory=1GB
wrong 2 run a.lua --set f.handler=1
wrong 2 run a.lua --max-events 0
wrong 2 run a.lua --max-wall 0s
wrong 2 run a.lua --max-memory much
wrong 2 run a.lua --insights maybe
wrong 2 run a.lua --load-limit much
wrong 2 run a.lua --quiet=yes
wrong 2 run a.lua --out ""
wrong 3 run nonsense
wrong 3 run misssed.lua
holds stderr "did you mean 'missed.lua'"
wrong 3 run .
wrong 3 run a.lua --prices nothing.json
wrong 3 run a.lua --out a.lua
wrong 3 run a.lua --out /dev/null/x
wrong 2 check
wrong 2 check a.lua b.lua
wrong 2 check a.lua --json
wrong 2 check a.lua --variant three
wrong 3 check nothing.lua
wrong 2 check a.lua --load-limit 0s
wrong 2 params
wrong 2 params a.lua b.lua
wrong 2 params a.lua --dump
wrong 2 params a.lua -p x=1
wrong 3 params nothing.lua
wrong 2 list all of them
wrong 2 list --long
wrong 2 list -p x=1
wrong 2 list x
wrong 2 list --no-colour
wrong 2 new nonsense
wrong 2 new hello a b
wrong 2 new --force hello
wrong 3 new hello a.lua
wrong 3 new hello /dev/null/x
wrong 2 explain nonsense
wrong 2 explain latency cost
wrong 2 explain --all
wrong 2 explain fn.nonsense
wrong 2 explain ""
wrong 2 import
wrong 2 import azure-trace
wrong 2 import gcp-trace inv.csv --out x.lua
wrong 2 import azure-trace inv.csv
wrong 2 import azure-trace inv.csv --out x.txt
wrong 2 import azure-trace a.lua --out x.lua
wrong 3 import azure-trace nothing.csv --out x.lua
wrong 3 import azure-trace inv.csv --out /dev/null/x.lua
wrong 2 version now
wrong 2 version --json
wrong 2 version -v
wrong 2 version --short
wrong 2 version x y
for command in emulate calibrate; do # reserved
    wrong 2 $command
    wrong 2 $command a.lua
    wrong 2 $command nothing.lua
    wrong 2 $command a.lua --json
    wrong 2 $command --nonsense
done

finish
