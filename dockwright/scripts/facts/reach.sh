# shellcheck shell=sh disable=SC2154
# Of each leaf's file of what it may reach: what is not on the box as that file says.
for path in /etc/dockwright/reach/*.reach; do
  [ -e "$path" ] || continue
  file "$path"
  leaf=${path##*/} wrong=
  leaf=${leaf%.reach}
  id=$(printf %s "$leaf" | sha256sum | cut -c1-12)
  [ "$(cat "/run/dockwright-reach/$leaf" 2>/dev/null)" = "$(reach_state "$path" "DW-$id")" ] ||
    wrong="$wrong rules"
  [ -z "$(reach_jumps "dw-$id" "DW-$id")" ] || wrong="$wrong jumps"
  case $state in
    ready*) [ "$(reach_bridge "dockwright-$leaf")" = "dw-$id" ] || wrong="$wrong network" ;;
  esac
  [ "$(cat "/proc/sys/net/ipv6/conf/dw-$id/disable_ipv6" 2>/dev/null)" != 0 ] ||
    wrong="$wrong ipv6"
  echo "reach $leaf$wrong"
done
