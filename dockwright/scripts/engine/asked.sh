# shellcheck shell=sh disable=SC1091
[ ! -r /etc/os-release ] || . /etc/os-release; echo "id $ID"; echo "release ${VERSION_ID:-$VERSION_CODENAME}"
command -v dockerd >/dev/null && echo "dockerd $(command -v dockerd)"
@INIT@
dpkg-query --show --showformat 'package ${Package} ${Version} ${db:Status-Abbrev}\n' 2>/dev/null |
  sed -n 's/ [hi]i $//p'  # h: held, and installed all the same
# the echo ends a last line that has no newline
[ ! -f /etc/docker/daemon.json ] || { sed 's/^/daemon.json /' /etc/docker/daemon.json; echo; }
# of a link its own access: it is no file with the declared one
[ ! -f /etc/docker/daemon.json ] || stat -c 'access %a:%U:%G' /etc/docker/daemon.json
[ ! -e /var/lib/dockwright/daemon.json ] || sed 's/^/record /' /var/lib/dockwright/daemon.json
