#!/bin/sh
# light_boxes.sh NET FIRST NUMBER, within a box: so many SSH servers more, each in a network of its
# own at NET.FIRST, NET.(FIRST + 1), ... They share the box's files, engine and jobs; locks and
# records are each one's own, as they would be of a box.
set -eu
net=$1 first=$2 number=$3
mkdir -p /run/light /run/sshd
[ -e /run/dockwright.lock ] || install -m 600 /dev/null /run/dockwright.lock
for one in $(seq 1 "$number"); do
  name=light$one
  ip netns add "$name"
  ip link add link host0 name "$name" netns "$name" type macvlan mode bridge
  ip -n "$name" address add "$net.$((first + one - 1))/24" dev "$name"
  ip -n "$name" link set lo up
  ip -n "$name" link set "$name" up
  mkdir -p "/run/light/$one/log"
  install -m 600 /dev/null "/run/light/$one/lock"
  cp -a /var/log/dockwright/. "/run/light/$one/log/"
  # not by `ip netns exec`, which mounts another /sys
  nsenter --net="/run/netns/$name" unshare --mount sh -c "
    mount --make-rprivate /
    mount --bind /run/light/$one/lock /run/dockwright.lock
    mount --bind /run/light/$one/log /var/log/dockwright
    exec /usr/sbin/sshd -o PidFile=/run/light/$one/pid -o MaxStartups=100
  "
done
for one in $(seq 1 "$number"); do
  while [ ! -s "/run/light/$one/pid" ]; do sleep 0.1; done
done
