#!/bin/sh
# deploy/provision.sh ROLE   docker_host or registry_host: deploy/ROLE.py for the machine we are on
#
# Vagrant's shell provisioner calls it in the guest, as root. pyinfra comes from a wheelhouse in the
# checkout where there is one (`dockwright wheelhouse wheelhouse`), else from pip's index, into a
# virtual environment of its own, which is made anew only when what it is made from has changed.
set -eu

role=${1:-}
case $role in
  docker_host | registry_host) shift ;;
  *) echo "provision.sh: ROLE ${role:-is missing}: use docker_host or registry_host" >&2; exit 1 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "provision.sh: not root; run it by sudo" >&2; exit 1; }
cd "$(dirname "$0")/.."

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >/dev/null
}
command -v python3 >/dev/null || install python3-venv 2>/dev/null || :
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  found=$(python3 -V 2>/dev/null) || found="no Python 3, and apt has none"
  echo "provision.sh: $found: Dockwright needs 3.11 or newer; provision this machine from" \
    "outside: pyinfra inventories/vagrant.py deploy/$role.py (DOCKWRIGHT_PROVISION=host)" >&2
  exit 1
fi

venv=/var/lib/dockwright/venv
packages() { "$venv/bin/pip" -q --disable-pip-version-check install "$@"; }
stamp=$({
  python3 -V
  cat pyproject.toml constraints.txt
  ls wheelhouse 2>/dev/null || true
  cat wheelhouse/requirements.txt 2>/dev/null || true
} | sha256sum)
if [ "$(cat "$venv/.made-from" 2>/dev/null)" != "$stamp" ]; then
  echo "provision.sh: pyinfra into $venv"
  python3 -c 'import ensurepip' 2>/dev/null || install python3-venv
  rm -rf "$venv"
  python3 -m venv "$venv"
  if [ -d wheelhouse ]; then
    [ -f wheelhouse/requirements.txt ] || {
      echo "provision.sh: wheelhouse/requirements.txt: is not there, and has the wheels' hashes;" \
        "run \`dockwright wheelhouse wheelhouse\` again, on the machine outside" >&2
      exit 1
    }
    packages --no-index --find-links wheelhouse --require-hashes -r wheelhouse/requirements.txt
    packages --no-index --find-links wheelhouse --no-deps dockwright
  else
    # of what it is built and run with, a wheel whose hash is known, or none
    sed '/^# What its checks/,$d; /^#/d; s/  # / --hash=/; s/ sha256:/ --hash=sha256:/g' \
      constraints.txt >"$venv/hashed.txt"
    packages --require-hashes -r "$venv/hashed.txt"
    packages --no-deps --no-build-isolation .
  fi
  echo "$stamp" >"$venv/.made-from"
fi

# what runs is the checkout's, in the wheelhouse's packages
PYTHONPATH=$PWD DOCKWRIGHT_ROLE=$role HOME=/root exec "$venv/bin/pyinfra" -y "$@" \
  inventories/guest.py "deploy/$role.py"
