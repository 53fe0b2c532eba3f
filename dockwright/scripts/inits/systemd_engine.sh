# shellcheck shell=sh
act() {
  [ "$1" = stop ] || systemctl reset-failed docker.service 2>/dev/null
  timeout 120 systemctl --quiet "$1" docker.service 2>/dev/null
}
runs() { systemctl --quiet is-active docker.service; }
mark() { date +%s; }
lines() {
  journalctl -u docker.service --since "@$1" --no-pager -o cat | grep -v '^$' | tail -n 8
}
