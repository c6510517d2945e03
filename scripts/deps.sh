#!/bin/sh
# deps.sh [--quiet] [mpi] - installs the Debian packages tepid is built with, and with "mpi" those that run a sweep over
# many machines; with --quiet it says nothing when all is there.
# As root or with password-less sudo it calls apt-get; else it says what to install and exits 1. It never asks.
set -eu
packages="gcc make pkg-config liblua5.4-dev libcjson-dev libuv1-dev libcunit1-dev
    libsdl2-dev libcairo2-dev libharfbuzz-dev libfreetype-dev libfontconfig-dev fonts-inter fonts-jetbrains-mono fonts-dejavu-core"
for word in "$@"; do
    [ "$word" != mpi ] || packages="$packages libopenmpi-dev openmpi-bin"
done
missing=
for p in $packages; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $p"
done
if [ -z "$missing" ]; then
    [ "${1:-}" = --quiet ] || echo "all packages are installed"
    exit 0
fi
run=
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        run="sudo -n"
    else
        echo "deps.sh: missing:$missing" >&2
        echo "deps.sh: install them as root: apt-get install$missing" >&2
        exit 1
    fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "deps.sh: missing:$missing (no apt-get here; install their equivalents)" >&2
    exit 1
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq >&2
# shellcheck disable=SC2086
$run apt-get install -y -qq --no-install-recommends $missing >&2
