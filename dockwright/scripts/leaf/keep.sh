# shellcheck shell=sh
set -eu
kept=$1; overwrite=$2; shift 2
[ "$overwrite" = yes ] || [ ! -d "$kept" ] || exit 0
mkdir -p "${kept%/*}"
chmod 0700 "${kept%/*}"
rm -rf "$kept.new"
mkdir -m 0700 "$kept.new"
for path; do
    mkdir -p "$kept.new${path%/*}"
    cp -aT -- "$path" "$kept.new$path"
done
rm -rf "$kept"
mv -T "$kept.new" "$kept"
