#!/bin/sh
# demo.sh - the main examples, and what to try next. `make demo` has built everything before.
set -eu
cd "$(dirname "$0")/.."
export TEPID_ASSETS="$PWD/assets"
echo
echo "== One small function behind a gateway =============================================="
build/tepid run scenarios/hello.lua
echo
echo "== A day of 100 functions, replayed from a trace ====================================="
build/tepid run scenarios/day.lua
cat <<'EOT'

Next:
  build/tepid view shipping                                the window: a day goes by; move a slider
  build/tepid run scenarios/hello.lua -p memory=1769MB     the same with one whole vCPU
  build/tepid run scenarios/hello.lua -p rate=5000/s       a hundred times the traffic
  build/tepid compare scenarios/hello.lua --with memory=1GB  is that really better?
  build/tepid sweep scenarios/provisioned_sizing.lua       how much is worth it?
  build/tepid list                                         the other stories
  build/tepid params scenarios/hello.lua                   what can be varied
  build/tepid new hello my-first                           a file of your own to start from
The figures of each run lie in out/<scenario>-s<seed>/ as CSV and JSON.
EOT
