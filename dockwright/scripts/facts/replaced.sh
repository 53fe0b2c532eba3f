# shellcheck shell=sh
own=$(readlink /proc/self/ns/pid)
# a mapped library that is gone was replaced; of what runs in containers their images decide
grep -lE '\.so[^ ]* \(deleted\)$' /proc/[0-9]*/maps 2>/dev/null | while read -r maps; do
  process=${maps%/maps}
  [ "$(readlink "$process/ns/pid" 2>/dev/null)" = "$own" ] || continue
  unit=$(sed -n 's/^.*\/\([^/]*\.service\)$/\1/p' "$process/cgroup" 2>/dev/null | head -n 1)
  echo "service ${unit:-$(cat "$process/comm" 2>/dev/null)}"
done | sort -u
