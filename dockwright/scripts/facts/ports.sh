# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # state: of what stands before it; words of it
sockets=$(
  for table in tcp:0A tcp6:0A udp:07 udp6:07; do
    grep " ${table#*:} " "/proc/net/${table%:*}" 2>/dev/null |
      while read -r _ local _ now _ _ _ _ _ inode _; do
        [ "$now" != "${table#*:}" ] || echo "socket ${table%:*} $local $inode"
      done
  done
)
if [ -n "$sockets" ]; then
  printf '%s\n' "$sockets"
  ss -Hlntue 2>/dev/null | sed -nE 's/^.* ino:([0-9]+) .*v6only:([01]).*$/v6only \1 \2/p'
  wanted=$(printf '%s\n' "$sockets" | sed 's/^.* \([0-9]*\)$/socket:[\1]/')
  owners=$(
    find /proc/[0-9]*/fd -lname 'socket:*' -printf '%l %p\n' 2>/dev/null |
      grep -F -e "$wanted" | sort -u |
      sed -nE 's/^socket:\[([0-9]+)\] \/proc\/([0-9]+)\/.*$/\1 \2/p'
  )
  [ -z "$owners" ] || printf '%s\n' "$owners" | sed 's/^/owner /'
  for pid in $(printf '%s\n' "$owners" | cut -d ' ' -f 2 | sort -u); do
    printf 'process %s %s\n' "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"
    sed -nE "s/^.*([0-9a-f]{64}).*$/within $pid \1/p" "/proc/$pid/cgroup" 2>/dev/null | head -n 1
  done
fi
case $state in
  ready*)
    # the engine holds ports of one that begins or ends too, before it lists it among those that run
    ids=$(docker container ls --all --quiet --no-trunc --filter status=created \
      --filter status=restarting --filter status=running --filter status=removing \
      --filter status=paused 2>/dev/null) || ids=
    # one that ends in between is no error
    form='container {{.Id}} {{.Name}} {{json .NetworkSettings.Ports}}
wanted {{.Name}} {{json .HostConfig.PortBindings}}'
    [ -z "$ids" ] || docker inspect --format "$form" $ids 2>/dev/null || true
    ;;
esac
