# shellcheck shell=sh disable=SC2154
# after functions.sh; $1: a leaf's file of what it may reach, $2: its network, $3: bridge, $4: chain, $5: the leaf
PATH=/usr/sbin:/usr/bin:/sbin:/bin
# a network that has containers stays, and so do its rules
if docker network inspect "$2" >/dev/null 2>&1; then
  docker network rm "$2" >/dev/null || exit 1
fi
for from in DOCKER-USER FORWARD INPUT; do
  while fw -D "$from" -i "$3" -j "$4" 2>/dev/null; do :; done
done
fw -F "$4" 2>/dev/null
fw -X "$4" 2>/dev/null
rm -f "$1" "/run/dockwright-reach/$5"
