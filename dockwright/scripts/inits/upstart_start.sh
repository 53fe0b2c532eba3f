# shellcheck shell=sh
since=$(mark) up=$(cut -d ' ' -f 1 /proc/uptime)
said=
case $(upstart_engine) in
  start/* | respawn/*) ;;
  *) said=$(timeout 120 initctl start docker 2>&1) ;;
esac
[ "$(upstart_settled 120)" != start/running ] || exit 0
echo "the engine does not start: $said; its last lines:" >&2
lines "$since" >&2
dmesg 2>/dev/null | sed -n 's/^\[ *\([0-9.]*\)\] \(init: .*docker.*\)/\1 \2/p' |
  awk -v up="$up" '$1 >= up - 2 { $1 = ""; print substr($0, 2) }' | tail -n 3 >&2
exit 1
