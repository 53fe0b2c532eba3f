# shellcheck shell=sh
# what a lost connection ends must not be half an upgrade
trap '' HUP PIPE
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
patiently() {  # runs "$@" once nobody else has apt's locks; $said is what it said
  tries=0
  until said=$("$@" 2>&1 </dev/null); do
    tries=$((tries + 1))
    # apt waits by itself from 1.9.11 on, but not for its lists
    case $said in
      *lists/lock* | *'Could not get lock'* | *'dpkg frontend lock'* | *'database is locked'*)
        [ "$tries" -lt 60 ] && sleep 5 && continue ;;
    esac
    printf '%s\n' "$said" >&2
    return 1
  done
}
