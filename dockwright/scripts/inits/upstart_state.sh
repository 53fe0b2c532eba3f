# shellcheck shell=sh
upstart_engine() {
  initctl status docker 2>/dev/null | sed -nE 's/^docker ([a-z]+\/[a-z-]+)(,.*)?$/\1/p'
}
upstart_settled() {  # $1: seconds; the same, once an engine that is starting has arrived
  tries=0
  while told=$(upstart_engine); do
    case $told in
      start/running) break ;;
      start/* | respawn/*) tries=$((tries + 1)); [ "$tries" -le "$1" ] || break; sleep 1 ;;
      *) break ;;
    esac
  done
  printf '%s\n' "$told"
}
