# shellcheck shell=sh
set -eu
[ -d "$1.pending" ] || exit 0
if grep -rqF -- "$2" "$1.pending"; then rm -rf "$1.pending"; exit; fi
# what had lost its jobs is no version to go back to
grep -rqE 'sha256:[0-9a-f]{64}' "$1.pending" || { rm -rf "$1.pending"; exit 0; }
rm -rf "$1.3"
[ ! -d "$1.2" ] || mv -T "$1.2" "$1.3"
[ ! -d "$1" ] || mv -T "$1" "$1.2"
mv -T "$1.pending" "$1"
