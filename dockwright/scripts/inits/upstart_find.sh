# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # the caller reads, and sets, what this does
engine_sockets() { :; }
engine_elsewhere() {
  [ ! -e @CONF@ ] || return 0
  for one in $(pidof dockerd 2>/dev/null); do
    [ "$(readlink "/proc/$one/ns/pid")" = "$(readlink /proc/self/ns/pid)" ] || continue
    job=$(initctl list 2>/dev/null | sed -n "s/ [a-z]*\/running, process $one\$//p")
    printf '%s %s\n' "$one" "${job:--}"
  done | head -n 1
}
engine_process() {
  told=$(upstart_settled 30)
  pid=$(pidof dockerd 2>/dev/null | tr ' ' '\n' | head -n 1)
  case $told$pid in stop/waiting) return 1 ;; esac
  echo "$pid"
}
