# shellcheck shell=sh
# shellcheck disable=SC2016 # for the shell of mmdebstrap
tag=$1 suite=$2 source=$3 seconds=$4
if [ "$source" != bootstrap ]; then
  if said=$(timeout "$seconds" docker pull --quiet "$tag" 2>&1); then
    echo "$tag: pulled"
    exit 0
  fi
  if [ "$source" = pull ]; then
    echo "$tag: not pulled within $seconds s; ${said:-no answer}${5:+; $5}" >&2
    exit 1
  fi
fi
set -e
if ! command -v mmdebstrap >/dev/null; then
  echo "$tag: mmdebstrap is not there to bootstrap it; install it (engine.package does, where" \
    "the release has it), or let another box build" >&2
  exit 1
fi
folder=$(mktemp -d /var/tmp/dockwright-base.XXXXXX)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$folder"
cat >"$folder/base.sources"
apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries|ForceIPv)' >"$folder/apt.conf" || true
mmdebstrap --variant=minbase --aptopt="$folder/apt.conf" \
  --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
  "$suite" "$folder/base.tar" "$folder/base.sources" >&2
docker import --change 'CMD ["bash"]' --change "LABEL dockwright.base=bootstrap:$suite" \
  --message "bootstrapped: $suite" "$folder/base.tar" "$tag" >/dev/null
echo "$tag: bootstrapped from the mirror"
