#!/bin/sh
# desktop.sh - tepid view finds its window and says what is missing; what is installed is whole, found from where it lies, known to the
# desktop, and goes without a trace.
#
# Usage: [TEPID=build/release/tepid] tests/golden/desktop.sh
# One line for each failing case; the last line is "N passed, N failed".

. "$(dirname "$0")/common.sh"
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
export XDG_STATE_HOME="$work/state"

refused() { # refused CODE WORDS ARGUMENT...: exit code, and words of the message
    want=$1 words=$2
    shift 2
    call "$@"
    [ "$code" -eq "$want" ] && grep -q -e "$words" stderr && [ ! -s stdout ]
    verdict $? "tepid $*: exit code $code ($want), '$words' in: $(head -n 1 stderr)"
}

has() { # has PROGRAM: or says that it is skipped
    command -v "$1" >/dev/null 2>&1 && return 0
    echo "    skipped: $1 is not installed"
    return 1
}

# -- tepid view
refused 3 "there is no display" view hello
refused 2 "no such page" view hello --page nowhere
refused 2 "unknown option --thme" view --thme dark
refused 2 "one word too many" view hello shipping
refused 3 "no such file" view no_such_thing --headless --screenshot a.png
cp "$TEPID" alone
kept=$TEPID
TEPID=$work/alone TEPID_ASSETS=$root/assets
export TEPID_ASSETS
refused 3 "neither beside tepid nor in PATH" view hello
unset TEPID_ASSETS
TEPID=$kept

# A picture of the size that was asked for: width and height stand in the header of a PNG.
call view hello -p memory=1024MB --headless --size 1000x640 --screenshot shot.png --at 10min
[ "$code" -eq 0 ] && [ "$(od -An -tu1 -j16 -N8 shot.png | tr -s ' ')" = " 0 0 3 232 0 0 2 128" ]
verdict $? "tepid view --screenshot: exit code $code, $(head -n 1 stderr)"

# -- make install
for program in tepid tepid-ui; do
    test -x "$(dirname "$TEPID")/$program"
    verdict $? "$program is not built"
done
PREFIX=/opt/t DESTDIR=$work/dest "$root/scripts/install.sh" >log 2>&1
verdict $? "install.sh: $(tail -n 1 log)"
there=$work/dest/opt/t
for file in bin/tepid bin/tepid-ui share/man/man1/tepid.1 share/man/man1/tepid-ui.1 share/applications/tepid-ui.desktop \
    share/icons/hicolor/scalable/apps/tepid.svg share/bash-completion/completions/tepid share/zsh/site-functions/_tepid; do
    test -s "$there/$file"
    verdict $? "install.sh: $file is missing"
done
TEPID=$there/bin/tepid
call list --names
[ "$code" -eq 0 ] && grep -qx hello stdout
verdict $? "installed: tepid list does not find the scenarios"
call view hello --headless --size 960x600 --screenshot installed.png --at 10min
[ "$code" -eq 0 ] && [ -s installed.png ]
verdict $? "installed: tepid view: $(head -n 1 stderr)"
TEPID=$kept

if has desktop-file-validate; then
    desktop-file-validate "$there/share/applications/tepid-ui.desktop" >log 2>&1 && [ ! -s log ]
    verdict $? "desktop entry: $(head -n 1 log)"
fi
if has appstreamcli; then
    appstreamcli validate --no-net "$there"/share/metainfo/*.metainfo.xml >log 2>&1
    verdict $? "metainfo: $(head -n 3 log)"
fi
if has man; then
    for page in tepid tepid-ui; do
        LC_ALL=C.UTF-8 MANWIDTH=80 man -l --warnings "$there/share/man/man1/$page.1" >/dev/null 2>log
        [ ! -s log ]
        verdict $? "man page of $page: $(head -n 1 log)"
    done
fi

# Every option of the window is in its manual page.
"$TEPID" view --help | sed -n 's/^ .*\(--[a-z][a-z-]*\).*/\1/p' | grep -v -e --help -e --param | sort -u >options
while read -r option; do
    sed 's/\\-/-/g' "$root/assets/tepid-ui.1" | grep -q -e "$option"
    verdict $? "tepid-ui.1 does not say what $option is"
done <options
# And every command of a script.
echo nonsense >script
"$TEPID" view hello --headless --script script 2>&1 | sed -n 's/.*the commands are //p' | tr -d , | tr ' ' '\n' >commands
[ "$(wc -l <commands)" -ge 20 ]
verdict $? "the script commands are not listed"
while read -r command; do
    grep -q -e "^\.B $command\$" -e "^\.B $command " -e "fB$command " "$root/assets/tepid-ui.1"
    verdict $? "tepid-ui.1 does not say what the script command $command is"
done <commands

if has bash; then
    cat >complete.bash <<'END'
. "$1"
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tepid 2>/dev/null; echo "$*: ${COMPREPLY[*]}"; }
try tepid vi
try tepid view --te
try tepid view hello -p m
try tepid-ui hel
try tepid-ui hello -p m
try tepid-ui --theme l
END
    PATH=$there/bin:$PATH bash complete.bash "$there/share/bash-completion/completions/tepid-ui" >completed 2>&1
    printf '%s\n' 'tepid vi: view' 'tepid view --te: --text' 'tepid view hello -p m: memory=' 'tepid-ui hel: hello' \
        'tepid-ui hello -p m: memory=' 'tepid-ui --theme l: light' | cmp -s - completed
    verdict $? "completion in bash: $(tr '\n' ';' <completed)"
fi

# -- make uninstall
PREFIX=/opt/t DESTDIR=$work/dest "$root/scripts/install.sh" --uninstall >log 2>&1
verdict $? "install.sh --uninstall: $(tail -n 1 log)"
left=$(find "$work/dest" -type f -o -type l)
[ -z "$left" ] && [ ! -e "$there/share/tepid" ]
verdict $? "uninstall leaves $left"

finish
