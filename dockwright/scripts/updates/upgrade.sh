# shellcheck shell=sh
# shellcheck disable=SC2086 # names of packages, each a word
# shellcheck disable=SC2154 # said: of what stands before it
before=$(engine)
# what an engine's package had in it, and another one has by now, comes with that
with=$(parted "$@")
only=--only-upgrade
[ -z "$with" ] || only=
# apt takes what it is told to upgrade for what somebody wants by itself
auto=$(apt-mark showauto "$@" 2>/dev/null | tr '\n' ' ')
patiently apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef \
  -o Dpkg::Options::=--force-confold --no-remove --no-install-recommends $only \
  install -- "$@" $with
status=$?
[ -z "$auto" ] || patiently apt-mark auto $auto
[ "$status" -eq 0 ] || exit 1
case $before in ready*) ;; *) exit 0 ;; esac
tries=0
until state=$(engine) && timeout 10 docker -H "unix://${state#ready }" version >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "the engine ran before, and does not answer any more: ${state:-none}" >&2
    exit 1
  fi
  sleep 1
done
