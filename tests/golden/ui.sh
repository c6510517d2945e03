#!/bin/sh
# ui.sh - tepid-ui end to end, without a display: scripts that click, drag, type and look, and figures equal to those of `tepid run`.
#
# Usage: [TEPID=build/release/tepid] [TEPID_UI=build/release/tepid-ui] tests/golden/ui.sh
# One line for each failing case; the last line is "N passed, N failed".

TEPID_UI=${TEPID_UI:-build/release/tepid-ui}
case $TEPID_UI in /*) ;; *) TEPID_UI=$(cd "$(dirname "$0")/../.." && pwd)/$TEPID_UI ;; esac
. "$(dirname "$0")/common.sh"
export XDG_STATE_HOME="$work/state"

ui() { # ui ARGUMENT...: as call, of tepid-ui
    code=0
    timeout -s KILL "${seconds:-60}" "$TEPID_UI" "$@" >stdout 2>stderr </dev/null || code=$?
}
expect() { # expect CODE ARGUMENT...
    want=$1
    shift
    what="tepid-ui $*"
    ui "$@"
    [ "$code" -eq "$want" ]
    verdict $? "$what: exit code $code instead of $want: $(head -n 3 stderr | tr '\n' ' ')"
}
holds() { # holds FILE PATTERN
    grep -qE -e "$2" "$1"
    verdict $? "$what: no /$2/ in $1"
}
refuses() { # refuses CODE PATTERN ARGUMENT...: a reason, a way out, nothing on stdout
    want=$1 pattern=$2
    shift 2
    expect "$want" "$@"
    [ ! -s stdout ]
    verdict $? "$what: something on stdout"
    holds stderr "$pattern"
    holds stderr 'help:'
}
play() { # play CODE ARGUMENT...: the script on stdin
    want=$1
    shift
    cat >script
    what="script: tepid-ui $*"
    ui "$@" --headless --script script
    [ "$code" -eq "$want" ]
    verdict $? "$what: exit code $code instead of $want: $(head -n 5 stderr | tr '\n' ' ')"
}
is_png() { # is_png FILE WIDTHxHEIGHT
    size=$(od -An -tu1 -j16 -N8 "$1" | awk '{ printf "%dx%d", $3 * 256 + $4, $7 * 256 + $8 }')
    [ "$size" = "$2" ]
    verdict $? "$1 is $size instead of $2"
}

# -- what is wrong is said, before anything is done
refuses 2 'headless alone' --headless
refuses 2 'size 10x10' --size 10x10
refuses 2 'unknown option --them' --them dark
refuses 2 'screenshot needs --headless' hello --screenshot a.png
refuses 2 'no such page' hello --headless --page mpa --screenshot a.png
refuses 2 'text 300' hello --headless --text 300 --screenshot a.png
refuses 3 'no such file: nosuch' nosuch --headless --screenshot a.png
refuses 3 'cannot write' hello --headless --screenshot nowhere/a.png
refuses 2 'below the minimum of 128MB' hello -p memory=64MB --headless --screenshot a.png
refuses 2 'memroy: no such parameter' hello -p memroy=512MB --headless --screenshot a.png
[ ! -e a.png ]
verdict $? "a refused run left a picture"
play 2 hello <<'END'
wait
expct tile.p99 < 5
END
holds stderr 'script:2'
holds stderr "did you mean 'expect'"
holds stderr 'the commands are move, click'
play 2 hello <<'END'
wait
drag memory 7
END
holds stderr '^ *help: .*0 to 1'
play 2 hello <<'END'
wait
expect memory > 1000
END
holds stderr "memory, which is 512MB"
play 1 hello --screenshot failed.png <<'END'
expect tile.p99 < 1
wait
expect memory == 512MB
expect memory > 511.5MB
expect memory == 1769MB
END
holds stderr '^script:1: .*there is no result yet'
holds stderr '^script:5: .*it is 512MB'
is_png failed.png 1440x900
refuses 2 'at 2h: the run is over after 1h' hello --headless --at 2h --screenshot a.png
play 0 hello --at 1h --page dashboard <<'END'
expect panel.latency
END
play 1 hello <<'END'
wait
expect tile.p99 < 1
expect banner
expect text "no such words"
END
holds stderr '^script:2: expected tile.p99 < 1: it is [0-9.]+$'
holds stderr '^script:3: expected banner'
holds stderr '^script:4: expected text "no such words"'

# -- the figures on screen are those of `tepid run`, to the last digit
tiles() { # tiles SUMMARY: an expect for each tile and one for each row of the file
    awk -F, 'NR > 1 {
        gsub(/"/, "", $1)
        printf "expect result \"%s\" %s %s == %s\n", $1, $2, $3, $4
        if ($1 != "*") next
        if ($2 == "latency" && $3 ~ /^p(50|95|99)$/) printf "expect tile.%s == %s\n", $3, $4
        if ($2 == "concurrency" && $3 == "max") printf "expect tile.concurrency == %s\n", $4
        if ($2 == "throttles") printf "expect tile.throttled == %s\n", $4
        if ($2 == "cost_month") printf "expect tile.cost == %s\n", $4
    }' "$1"
}
call run hello -p memory=1024MB --seed 7 --out a --quiet
{ echo wait; tiles a/summary.csv; } >same
[ "$(grep -c tile same)" -eq 6 ]
verdict $? "the summary has no row for some tile"
play 0 hello -p memory=1024MB --seed 7 <same
# The same by hand: typed into the slider, seed by seed.
{ printf 'wait\nclick param.rate\nkey shift+tab\nkey return\ntype 1024MB\nkey return\n'
    awk 'BEGIN { for (i = 42; i < 45; i++) print "key ]" }'; cat same; } >typed
call run hello -p memory=1024MB --seed 45 --out b --quiet
{ sed '/^expect/d' typed; tiles b/summary.csv; } >typed2
play 0 hello <typed2
call run shipping --variant "sale day" --duration 40min --out c --quiet --no-fail
{ printf 'wait\nclick "sale day"\nwait\n'; tiles c/summary.csv; } | play 0 shipping --duration 40min

# -- hands on it
play 0 hello <<'END'
wait
expect window > 3599
wheel panel.latency 3
expect window < 2000
key f
expect window == 3600
drag panel.concurrency 0.3 0.6 shift
expect window < 2500
drag panel.concurrency 0.5 0.3
drag scrubber 0.7 0.9
double scrubber
expect window == 3600
click scrubber
expect clock > 1700
expect clock < 1900
expect tile.p99 > 30
key .
key ,
key end
expect clock == 3600
key b
expect compare.a
drag memory 0.8
wait
expect text "memory 512MB"
expect tile.p99 < 25
click "Reset"
wait
expect tile.p99 > 30
expect no reset
key l
key p
key v
expect text "p99"
key v
key h
expect panel.heat
expect no panel.latency
key escape
expect panel.latency
key ctrl+k
type latcy
key return
expect no panel.cost
key escape
key ?
expect text "Zoom in"
key ?
expect no keys.sheet
click panel.cost.menu
click "Fill the window"
expect no panel.latency
key escape
resize 960x600
expect no param.memory
click side-bar
expect param.memory
shot small.png
key escape
resize 2560x1440
theme light
shot large.png
text 200
shot text.png
expect text "p99"
END
is_png small.png 960x600
is_png large.png 2560x1440

# -- by the keyboard alone
play 0 hello <<'END'
wait
key tab
key tab
key space
expect run is ""
key ctrl+k
type memory
key return
key right
wait
expect memory != 512MB
expect no text "512MB"
END

# A menu takes the keys though a slider had the focus before, and gives them back.
play 0 hello <<'END'
wait
drag memory 0.5
wait
key ctrl+e
key down
key down
key escape
expect no export.menu.0
key ctrl+k
type "dark or"
key return
tick 2
expect no palette.field
key right
expect memory > 600MB
END

# -- saved as pictures and figures
play 0 hello <<'END'
wait
export latency latency.svg
export latency latency.csv
export latency latency.png
export view.pdf
export view.svg
export view.png
export view.csv
END
holds latency.svg '<svg'
holds latency.csv '^time_s,'
holds view.svg 'Where time goes'
holds view.csv '^# cost'
is_png view.png 1440x900
[ "$(head -c 5 view.pdf)" = %PDF- ]
verdict $? "view.pdf is no PDF"

# -- a file that is saved with an error while it is on screen, and mended
sed 's/memory = memory/memory = memroy/' "$root/scenarios/hello.lua" >broken.lua
cp "$root/scenarios/hello.lua" mine.lua
sed 's/8ms/16ms/' mine.lua >other.lua
play 0 mine.lua <<'END'
wait
expect tile.p50 < 35
copy broken.lua mine.lua
await banner
expect banner has "mine.lua:12"
expect tile.p50 < 35
shot banner.png
copy other.lua mine.lua
await no banner
wait
expect tile.p50 > 50
END

# -- SLOs are about the whole run: no verdict beside the figure of an instant
play 0 hello <<'END'
wait
expect text "< $250"
expect no text "at this rate"
seek 30min
expect text "Cost at this rate"
expect text "p99 · last"
expect no text "< $250"
key end
expect text "< $250"
END

# -- a picture waits for what its page works out, and so does a script
expect 0 hello --headless --page insights --screenshot insights1.png
play 0 hello --page insights <<'END'
wait
expect no text "looking at the run"
shot insights2.png
END
cmp -s insights1.png insights2.png
verdict $? "--page insights: the picture is not that of the finished page"

# -- scenarios of every size: one resource, no traffic, many, a month
cat >one.lua <<'END'
scenario "one" {}
fn "lonely" { handler = function(r) r:cpu "1ms" end }
simulate { duration = "1min" }
END
play 0 one.lua <<'END'
wait
expect tile.p99 is "–"
shot one.png
do traces
do compare
END
for n in 20 200; do
    awk -v n=$n 'BEGIN {
        print "scenario \"many\" {}\nlocal web = {}"
        for (i = 1; i <= n; i++) printf "web[\"GET /%d\"] = fn \"f%d\" { handler = function(r) r:cpu \"2ms\" end }\n", i, i
        print "local api = http_api \"web\" (web)"
        for (i = 1; i <= n; i += 10) printf "traffic \"t%d\" { to = api \"GET /%d\", rate = \"5/s\" }\n", i, i
        print "simulate { duration = \"5min\" }"
    }' >many.lua
    play 0 many.lua <<'END'
wait
expect tile.p99 > 0
do map
tick 3
shot many.png
do dashboard
END
done
cat >month.lua <<'END'
scenario "month" {}
local f = fn "f" { handler = function(r) r:cpu "2ms" end }
traffic "t" { to = f, rate = "60/h" }
simulate { duration = "31d" }
END
play 0 month.lua <<'END'
wait
expect window == 2678400
wheel panel.latency 30
expect window < 100000
shot month.png
END

# -- ended in the middle of a run
what="closed in mid-run"
start=$(date +%s)
play 0 shipping <<'END'
tick 3
END
[ $(($(date +%s) - start)) -le 15 ]
verdict $? "$what: took too long"

# -- the same file does the same: pixel for pixel
cat >twice <<'END'
wait
drag memory 0.4
wait
wheel panel.latency 2
move panel.stages
tick 5
shot again.png
END
for i in 1 2; do
    play 0 hello <twice
    mv again.png again$i.png
done
cmp -s again1.png again2.png
verdict $? "a script run twice gave two pictures"

finish
