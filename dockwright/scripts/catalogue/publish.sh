# shellcheck shell=sh
# publish.sh ROOT NAME PATH SIZE SHA256 METADATA_SIZE FORMER
# Standard input: metadata.json, then the box, of so many bytes (none: it is there). FORMER: digest of
# the metadata that the new one was made from, or none. The last line says what became of it.
set -eu
umask 022
root=$1 name=$2 path=$3 size=$4 sha256=$5 metadata_size=$6 former=$7
end() { echo "$*"; exit 0; }
cd "$root" 2>/dev/null || end absent
exec 9>>.lock
flock -n 9 || end busy
# whoever has the lock is alone: these are of one that was broken off
rm -f .upload.*
trap 'rm -f .upload.*' EXIT
trap 'exit 1' HUP INT TERM PIPE
head -c "$metadata_size" >.upload.json || end full
[ "$(stat -c %s .upload.json)" -eq "$metadata_size" ] || end broken
mkdir -p "$name/${path%/*}"
if [ "$size" -gt 0 ]; then
    head -c "$size" >.upload.box || end full
    [ "$(stat -c %s .upload.box)" -eq "$size" ] || end broken
    sum=$(sha256sum <.upload.box)
    [ "${sum%% *}" = "$sha256" ] || end changed-on-its-way
    sync .upload.box
    mv -fT .upload.box "$name/$path"
fi
now=none
[ ! -e "$name/metadata.json" ] || now=$(sha256sum <"$name/metadata.json")
[ "${now%% *}" = "$former" ] || end other
sync .upload.json
# last, and at once: until here readers have what they had
mv -fT .upload.json "$name/metadata.json"
sync "$name"
# what this version had before; who reads it goes on
for file in "$name/${path%/*}/"*; do
    [ ! -f "$file" ] || grep -qF "/$name/${path%/*}/${file##*/}\"" "$name/metadata.json" || rm -f "$file"
done
echo published
