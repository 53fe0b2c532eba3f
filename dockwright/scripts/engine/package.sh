# shellcheck shell=sh
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
[ -z "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ] || dpkg --configure -a >&2
tries=0
until said=$(apt-get -qq update -o DPkg::Lock::Timeout=300 2>&1); do
  tries=$((tries + 1))
  case $said in
    *lists/lock*) [ "$tries" -lt 60 ] && sleep 5 && continue ;;
  esac
  echo "$said" >&2
  exit 1
done
apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef \
  -o Dpkg::Options::=--force-confold install --no-remove --no-install-recommends -- "$@" >&2 && exit
# without a mirror the update ends with 0, and has said so
[ -z "$said" ] || echo "$said" >&2
echo "packages $*: apt did not install them, and said why above; mend that, and run it again" >&2
exit 1
