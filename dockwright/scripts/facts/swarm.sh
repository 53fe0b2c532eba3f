# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
echo "engine ${state%% *}"
echo "now $(date +%s)"
case $state in ready*) ;; *) exit 0 ;; esac
# a manager without a leader takes its time to say so
said=$(timeout 25 docker info --format '{{.DockerRootDir}}{{println}}{{json .Swarm}}') || exit 1
root=$(printf '%s\n' "$said" | head -n 1)
swarm=$(printf '%s\n' "$said" | sed -n 2p)
# not echo, which makes lines of what JSON has for their ends
printf 'info %s\n' "$swarm"
certificate=$root/swarm/certificates/swarm-node.crt
[ ! -f "$certificate" ] || echo "certificate $(head -c 65536 "$certificate" | base64 -w0)"
case $swarm in *'"Cluster":{"ID":"'[a-z0-9]*) ;; *) exit 0 ;; esac
ids=$(timeout 25 docker node ls --quiet) || exit 1
# shellcheck disable=SC2086 # words of it; one that goes in between is no error
timeout 25 docker node inspect --format '@NODE@' $ids 2>/dev/null | sed -n 's/^{/node {/p'
true
