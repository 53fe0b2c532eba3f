# shellcheck shell=sh
engine_named() {  # $1: options of dockerd, a line each
  printf '%s\n' "$1" | sed -nE 's/^(-H|--host)?=?unix:\/\///p'
}
engine_socket() {  # $1: PID of dockerd, or nothing
  options=
  [ -z "$1" ] || options=$(tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null)
  {
    engine_named "$options"
    engine_sockets
    tr ',[]{}' '\n' </etc/docker/daemon.json 2>/dev/null |
      sed -nE 's/^.*"unix:\/\/([^"]*)".*$/\1/p'
    printf '/run/docker.sock\n/var/run/docker.sock\n'
  } | while read -r path; do
    [ ! -S "$path" ] || { printf '%s\n' "$path"; break; }
  done
}
engine() {
  command -v docker >/dev/null 2>&1 || { echo none; return; }
  pid=$(engine_process) || { echo stopped; return; }
  where=$(engine_socket "$pid")
  if [ -n "$where" ]; then printf 'ready %s\n' "$where"; else echo silent; fi
}
