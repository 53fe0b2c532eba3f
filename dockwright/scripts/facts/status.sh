# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
now=$(date +%s)
hour=@HOUR@
from=$((now - hour))
echo "now $now"
echo "engine ${state%% *}"
certificate() { # $1: whose, $2: its file
  [ ! -f "$2" ] || printf 'certificate %s %s %s\n' "$1" "$2" "$(head -c 65536 "$2" | base64 -w0)"
}
certificate server @CERTIFICATE@
certificate authority @AUTHORITY@
for path in @TRUSTED@/*/ca.crt; do certificate trusted "$path"; done
tail -qn 3 @RUNS@.1 @RUNS@ 2>/dev/null | sed 's/^/run /'
for path in @BACKUPS@/backup.* @BACKUPS@/drill.*; do
  [ ! -f "$path" ] || printf '%s %s\n' "${path##*/}" "$(head -c 4096 "$path" | head -n 1)"
done
# of many images it takes its time, and is told another day
[ ! -d @DATA@ ] || timeout 10 du -skD @DATA@ 2>/dev/null | sed -n 's/^\([0-9]*\).*$/size \1/p'
last() { # $1: of what; $2: the file that has when, and what came of it
  [ ! -f "$2" ] || printf '%s %s\n' "$1" "$(head -n 1 "$2" | cut -c 1-300)"
}
last collected @COLLECTED@
last verified @VERIFIED@
stat -c 'records %s' @RUNS@ @RUNS@.1 2>/dev/null
timeout 10 du -skDc /var/log/journal /run/log/journal 2>/dev/null |
  sed -n 's/^\([0-9]*\)[[:space:]]*total$/journal \1/p'
@RESTARTS@
case $state in ready*) ;; *) exit 0 ;; esac
echo "volumes $(docker volume ls --quiet --filter dangling=true 2>/dev/null | grep -cxE '[0-9a-f]{64}')"
# the engine adds up its volumes too for it: only where something was built
root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
[ "$(stat -c %s "${root:-/var/lib/docker}/buildkit/cache.db" 2>/dev/null || echo 0)" -le 65536 ] ||
  timeout 10 docker -H "unix://${state#ready }" system df --format '{{.Type}} {{.Size}}' 2>/dev/null |
  sed -n 's/^Build Cache /cache /p'
docker version --format 'version {{.Server.Version}}' 2>/dev/null
events() {
  timeout 10 docker -H "unix://${state#ready }" events --since "$from" --until "$now" --filter event=die \
    --format 'die {{.Actor.Attributes.name}} {{.Time}} {{.Actor.Attributes.exitCode}}' 2>/dev/null
}
@EVENTS@
ids=$(docker container ls --quiet --no-trunc 2>/dev/null)
# shellcheck disable=SC2086 # words of it; one that ends in between is no error
[ -z "$ids" ] || docker inspect --format 'container @CONTAINER@
memory {{.Name}} {{.State.Pid}} {{.HostConfig.Memory}}' $ids 2>/dev/null |
  while read -r what name pid limit; do
    [ "$what" = memory ] || { printf '%s %s %s %s\n' "$what" "$name" "$pid" "$limit"; continue; }
    groups=$(cat "/proc/$pid/cgroup" 2>/dev/null)
    second=/sys/fs/cgroup$(printf '%s\n' "$groups" | sed -n 's/^0:://p')
    first=/sys/fs/cgroup/memory$(printf '%s\n' "$groups" | sed -n 's/^[0-9]*:memory://p')
    used=$(cat "$second/memory.current" 2>/dev/null || cat "$first/memory.usage_in_bytes" 2>/dev/null)
    idle=$({ cat "$second/memory.stat" 2>/dev/null || cat "$first/memory.stat" 2>/dev/null; } |
      sed -n 's/^inactive_file //p' | head -n 1)
    echo "memory $name ${used:-?} ${idle:-0} $limit"
  done
true
