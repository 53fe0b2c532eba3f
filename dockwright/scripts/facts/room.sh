# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
root=
case $state in ready*) root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null) ;; esac
[ -n "$root" ] || root=$(tr ',{}' '\n' </etc/docker/daemon.json 2>/dev/null |
  sed -n 's/^.*"data-root"[^"]*"\([^"]*\)".*$/\1/p' | head -n 1)
root=${root:-/var/lib/docker}
echo "engine $root"
for place in / "$root" /var /var/lib /var/lib/containerd /var/lib/dockwright /var/log /srv /srv/registry \
  /etc /tmp /run; do
  [ ! -d "$place" ] || timeout 10 df -B1024 \
    --output=fstype,size,avail,itotal,iavail,target -- "$place" 2>/dev/null | sed -n 's/^/at /;2p'
done
