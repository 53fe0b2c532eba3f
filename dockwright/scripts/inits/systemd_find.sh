# shellcheck shell=sh
engine_sockets() {
  systemctl show --property=Listen docker.socket 2>/dev/null |
    sed -nE 's/^Listen=(.*) \(Stream\)$/\1/p'
}
engine_elsewhere() {
  for one in $(pidof dockerd 2>/dev/null); do
    # one within a container belongs to no service of the box
    sed -nE "s/^.*system\\.slice\\/([^/]+\\.service)\$/$one \\1/p" "/proc/$one/cgroup" 2>/dev/null
  done | grep -v ' docker\.service$' | head -n 1
}
engine_process() {
  shown=$(systemctl show --property=LoadState,ActiveState,Job,MainPID docker.service 2>/dev/null)
  case $shown in
    *Job=[1-9]*) ;;
    *ActiveState=inactive* | *ActiveState=failed*)
      pid=$(engine_elsewhere | cut -d ' ' -f 1)
      [ -n "$pid" ] || return 1
      echo "$pid"
      return
      ;;
  esac
  printf '%s\n' "$shown" | sed -n 's/^MainPID=\([1-9]\)/\1/p'
}
