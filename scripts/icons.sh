#!/bin/sh
# icons.sh - makes assets/icon/tepid-SIZE.png from tepid.svg, after a change of the drawing (needs rsvg-convert). The window and
# desktops that want pixels use them; they are kept in the repository, so that building needs no drawing program.
set -eu
cd "$(dirname "$0")/../assets/icon"
for size in 32 64 128; do
    rsvg-convert -w "$size" -h "$size" tepid.svg -o "tepid-$size.png"
done
ls -l tepid-*.png
