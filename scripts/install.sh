#!/bin/sh
# install.sh [--uninstall] - puts programs, assets, scenarios, manual pages, completion and what a desktop wants to know in place
# under $DESTDIR$PREFIX, or takes away what it put there. Called by `make install` and `make uninstall`; PROGRAM is the
# name of the program in build/release (tepid, or tepid-mpi).
set -eu
cd "$(dirname "$0")/.."
root=${DESTDIR:-}${PREFIX:-/usr/local}
mode=${1:-}
case $mode in '' | --uninstall) ;; *)
    echo "usage: install.sh [--uninstall]" >&2
    exit 2
    ;;
esac

# put MODE FROM TO: one file; TO is below the prefix.
put() {
    if [ -n "$mode" ]; then
        rm -f "$root/$3"
    else
        install -d "$root/$(dirname "$3")"
        install -m "$1" "$2" "$root/$3"
    fi
}

put 755 "build/release/${PROGRAM:-tepid}" bin/tepid
put 755 build/release/tepid-ui bin/tepid-ui
for file in assets/catalog/*.json assets/traces/* assets/icon/*; do
    put 644 "$file" "share/tepid/$file"
done
for file in scenarios/*.lua scenarios/lib/*.lua; do
    put 644 "$file" "share/tepid/$file"
done
for page in tepid tepid-ui; do
    put 644 "assets/$page.1" "share/man/man1/$page.1"
    put 644 scripts/completion.bash "share/bash-completion/completions/$page"
done
put 644 scripts/completion.zsh share/zsh/site-functions/_tepid
put 644 assets/desktop/tepid-ui.desktop share/applications/tepid-ui.desktop
put 644 assets/desktop/tepid-ui.metainfo.xml share/metainfo/io.github.tepid.tepid.metainfo.xml
put 644 assets/icon/tepid.svg share/icons/hicolor/scalable/apps/tepid.svg
for size in 32 64 128; do
    put 644 "assets/icon/tepid-$size.png" "share/icons/hicolor/${size}x$size/apps/tepid.png"
done

if [ -n "$mode" ]; then # only folders that nobody else uses, and only when they are empty
    for folder in assets/catalog assets/traces assets/icon assets scenarios/lib scenarios .; do
        rmdir "$root/share/tepid/$folder" 2>/dev/null || true
    done
    rmdir "$root/share/tepid" 2>/dev/null || true
fi

# Menus and icons are kept in caches on some desktops; a package does this by itself.
if [ -z "${DESTDIR:-}" ]; then
    command -v update-desktop-database >/dev/null 2>&1 &&
        update-desktop-database -q "$root/share/applications" 2>/dev/null || true
    command -v gtk-update-icon-cache >/dev/null 2>&1 &&
        gtk-update-icon-cache -q -t -f "$root/share/icons/hicolor" 2>/dev/null || true
fi
[ -n "$mode" ] && echo "tepid is no longer in $root" || echo "tepid is in $root"
