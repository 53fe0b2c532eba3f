# shellcheck shell=sh
# shellcheck disable=SC2086 # units, each a word
  units=
  for path in /etc/systemd/system/dockwright-*.service /etc/systemd/system/dockwright-*.timer \
    /etc/systemd/system/dockwright-*.target; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    file "$path"; units="$units ${path##*/}"
  done
  for root in /etc /run; do
    find $root/systemd/system $root/systemd/system.control -path '*/dockwright-*.d/*.conf' \
      -printf 'override %p\n' 2>/dev/null
  done
  of=Id,ActiveState,UnitFileState,NeedDaemonReload,NRestarts
  [ -z "$units" ] || systemctl show --property=$of $units |
    sed 's/^$/unit-end/; s/^\(.*\)=/unit \1 /'
  echo unit-end
  engine_elsewhere | sed 's/^[0-9]* /elsewhere /'
