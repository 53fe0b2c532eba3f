# shellcheck shell=sh
file=$1/.dockwright-zero
if systemd-detect-virt --container --quiet 2>/dev/null; then
  echo "free space is not zeroed: the disk is that of the machine this container runs on"
  exit 0
fi
zero() { dd if=/dev/zero of="$1" bs=1M count="$2" conv=fsync 2>/dev/null; }
trap 'rm -f "$file" "$file.last"; sync' EXIT
trap 'exit 1' HUP INT TERM
free=$(df --output=avail --block-size=1M "$1" | tail -n 1)
count=$((free - $3))
[ "$count" -le "$2" ] || count=$2
[ "$count" -gt 0 ] || exit 0
zero "$file" "$count"
last=$(($(stat -f -c '%f * %S / 1048576' "$1") - 32))
[ "$last" -le "$(($2 - count))" ] || last=$(($2 - count))
if [ "$last" -gt 0 ]; then zero "$file.last" "$last"; count=$((count + last)); fi
echo "$count MiB of free space zeroed"
