#!/bin/sh
# ui_window.sh - tepid-ui as a window: under Xvfb with xdotool's hands, through SDL's dummy and offscreen drivers, with sanitizers over a script, and
# left alone for a while. Called by `make ui-test`; it needs the packages xvfb, xauth, xdotool and x11-utils, and says so.
#
# Usage: [SOAK=seconds] [TEPID_UI=...] [TEPID_UI_ASAN=...] tests/golden/ui_window.sh
# One line for each failing case; the last line is "N passed, N failed".

TEPID_UI=${TEPID_UI:-build/release/tepid-ui}
TEPID_UI_ASAN=${TEPID_UI_ASAN:-build/asan/tepid-ui}
top=$(cd "$(dirname "$0")/../.." && pwd)
case $TEPID_UI in /*) ;; *) TEPID_UI=$top/$TEPID_UI ;; esac
case $TEPID_UI_ASAN in /*) ;; *) TEPID_UI_ASAN=$top/$TEPID_UI_ASAN ;; esac
if [ "${1:-}" != inside ]; then
    for tool in xvfb-run xdotool xwininfo; do
        command -v "$tool" >/dev/null || {
            echo "ui_window.sh: $tool is missing: apt-get install xvfb xauth xdotool x11-utils"
            echo "0 passed, 1 failed"
            exit 1
        }
    done
    exec xvfb-run -a -s "-screen 0 1600x1000x24" sh "$0" inside
fi
. "$(dirname "$0")/common.sh"
export XDG_STATE_HOME="$work/state"
unset SDL_VIDEODRIVER

open_window() { # open_window ARGUMENT...: sets $pid and $window
    "$TEPID_UI" "$@" >stdout 2>stderr &
    pid=$!
    window=
    for _ in $(seq 100); do
        window=$(xdotool search --onlyvisible --name tepid 2>/dev/null | head -n 1)
        [ -z "$window" ] || break
        sleep 0.1
    done
    [ -n "$window" ]
    verdict $? "no window came: $(head -n 2 stderr)"
    xdotool windowfocus --sync "$window" 2>/dev/null || xdotool windowfocus "$window"
    sleep 1.5
}
ends() { # ends CODE WHAT
    code=0
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null && echo "FAIL $2: it did not end"
    wait "$pid" || code=$?
    [ "$code" -eq "$1" ]
    verdict $? "$2: exit code $code instead of $1: $(head -n 2 stderr)"
}
saved() { # saved PATTERN WHAT: a file that Ctrl+S left
    [ -n "$(find . -maxdepth 1 -name "$1")" ]
    verdict $? "$2: no $1"
}
ticks() { # CPU time of the window so far, in hundredths of a second
    awk '{ print $14 + $15 }' "/proc/$pid/stat"
}

# -- hands on a real window
open_window hello
xdotool mousemove --window "$window" 110 188 sleep 0.1 mousedown 1
for x in 120 130 140 150; do xdotool mousemove --window "$window" $x 188 sleep 0.05; done
xdotool mouseup 1 sleep 0.5
xdotool key ctrl+e sleep 0.3
for _ in 1 2 3; do xdotool key Down sleep 0.1; done
xdotool key Return sleep 0.8
saved 'hello-dashboard.csv' "Ctrl+E, CSV"
xdotool key ctrl+s sleep 0.8
saved 'hello-dashboard.png' "Ctrl+S"
xdotool key t sleep 0.5 key g sleep 0.5 key o sleep 0.2 key ctrl+k sleep 0.3 type 'dark or' 
xdotool sleep 0.2 key Return sleep 0.5
grep -q '"theme":.*"light"' "$XDG_STATE_HOME/tepid/ui.json"
verdict $? "the theme was not remembered"
grep -q 'hello.lua' "$XDG_STATE_HOME/tepid/ui.json"
verdict $? "the file is not among the recent ones"
xdotool windowsize --sync "$window" 1000 640 sleep 0.5
xwininfo -id "$window" | grep -q 'Width: 1000'
verdict $? "the window did not become smaller"
xdotool mousemove --window "$window" 700 550 sleep 0.5

# -- left alone it costs nothing: <= 0.5 % of a core
before=$(ticks)
sleep 10
idle=$(($(ticks) - before))
[ "$idle" -le 5 ]
verdict $? "idle for 10 s: $idle hundredths of a second of CPU time"
resident=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
[ "$resident" -le 98304 ]
verdict $? "resident: $resident kB with the records of a run"

# -- memory stays flat while the run is played again and again
soak=${SOAK:-20}
xdotool key 5 sleep 1
early=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
end=$(($(date +%s) + soak))
while [ "$(date +%s)" -lt "$end" ]; do
    xdotool key space sleep 0.2 mousemove --window "$window" $((300 + $(date +%s) % 400)) 300 click 4 sleep 0.2 click 5 key f
done
late=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
[ $((late - early)) -le 4096 ]
verdict $? "memory grew from $early to $late kB in $soak s"
xdotool key ctrl+q
ends 0 "Ctrl+Q"

# -- closed while it simulates
open_window shipping
xdotool windowquit "$window" 2>/dev/null || xdotool key ctrl+q
ends 0 "closed in mid-run"

# -- what was remembered is there again, and the start page opens a story
open_window
xdotool mousemove --window "$window" 80 250 sleep 0.3 click 1 sleep 2
xdotool key ctrl+s sleep 0.8
saved '*-dashboard*.png' "a story of the start page"
xdotool key ctrl+q
ends 0 "start page"

# -- drivers without a display
for driver in dummy offscreen; do
    (
        export SDL_VIDEODRIVER=$driver
        exec timeout -s TERM 4 "$TEPID_UI" hello
    ) >stdout 2>stderr
    code=$?
    [ "$code" -eq 124 ]
    verdict $? "SDL_VIDEODRIVER=$driver: exit code $code: $(head -n 2 stderr)"
done
(
    unset DISPLAY WAYLAND_DISPLAY
    exec timeout 10 "$TEPID_UI" hello
) >stdout 2>stderr
[ $? -eq 3 ] && grep -q 'no display' stderr
verdict $? "without a display: $(head -n 1 stderr)"

# -- the same hands with sanitizers
if [ -x "$TEPID_UI_ASAN" ]; then
    TEPID_UI=$TEPID_UI_ASAN sh "$root/tests/golden/ui.sh" >asan.log 2>&1
    what=$?
    cat asan.log
    verdict $what "ui.sh with sanitizers: $(tail -n 1 asan.log)"
else
    echo "  skipped: no $TEPID_UI_ASAN"
fi
finish
