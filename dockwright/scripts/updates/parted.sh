# shellcheck shell=sh
# Of packages to be upgraded: which further ones have what they had in them. Debian 13 parts the
# docker client from docker.io, and docker.io only recommends it: without it no leaf starts.
candidate() { # without what a rebuild of the same source adds
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/+b[0-9]*$//; s/^ *Candidate: //p'
}
parted() {
  for name; do
    [ "$name" = docker.io ] || continue
    client=$(command -v docker) || continue
    dpkg-query -S "$(readlink -f "$client")" 2>/dev/null | grep -q '^docker\.io:' || continue
    ours=$(candidate docker-cli)
    case $ours in '' | '(none)') continue ;; esac
    [ "$ours" != "$(candidate docker.io)" ] || echo docker-cli
  done
}
