# shellcheck shell=sh disable=SC2329
# iptables, waiting for its lock where it knows how to (1.4.20 and later)
fw() {
  waits=${waits-$(! iptables --help 2>/dev/null | grep -q -e '--wait' || echo -w)}
  iptables ${waits:+"$waits"} "$@"
}
# name servers beyond the box; those on it are asked by the engine
nameservers() {
  awk '$1 == "nameserver" && $2 ~ /^[0-9.]+$/ && $2 !~ /^127[.]/ { print $2 }' \
    /etc/resolv.conf /run/systemd/resolve/resolv.conf 2>/dev/null | sort -u
}
# $1: a leaf's file, $2: its chain. What was to be loaded, and what is
reach_state() {
  { cat "$1"; ! grep -q '^  nameservers' "$1" || nameservers; } | sha256sum
  fw -S "$2" 2>/dev/null | sha256sum
}
# $1: a bridge, $2: its chain. The jumps that are not there, as iptables-restore takes them
reach_jumps() {
  forward=FORWARD
  # after `iptables -F` the chain is there, and nothing comes to it
  ! fw -C FORWARD -j DOCKER-USER 2>/dev/null || forward=DOCKER-USER
  for from in "$forward" INPUT; do
    fw -C "$from" -i "$1" -j "$2" 2>/dev/null || echo "-I $from 1 -i $1 -j $2"
  done
}
# $1: a network. The bridge that it has
reach_bridge() {
  docker network inspect \
    --format '{{index .Options "com.docker.network.bridge.name"}}' "$1" 2>/dev/null
}
