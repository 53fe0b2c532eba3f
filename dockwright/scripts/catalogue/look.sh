# shellcheck shell=sh
# look.sh ROOT NAME PATH: the room there, the size of a file of the box, and its metadata
cd "$1" 2>/dev/null || { echo absent; exit 0; }
df --output=avail --block-size=1 . | sed -n '2s/ *//p' | sed 's/^/free /'
stat -c 'size %s' "$2/$3" 2>/dev/null
[ ! -f "$2/metadata.json" ] || printf 'metadata %s\n' "$(head -c @MOST@ "$2/metadata.json" | base64 -w0)"
true
