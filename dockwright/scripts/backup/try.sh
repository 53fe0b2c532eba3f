# shellcheck shell=sh
# shellcheck disable=SC2154  # words like @NAME@ are filled in
# Starts a container, and waits until it is healthy, or has stayed up where it says nothing of that.
set -eu
umask 077
environment=@ENVIRONMENT@ wait=@WAIT@ steady=@STEADY@
docker network inspect drill >/dev/null 2>&1 || docker network create --internal drill >/dev/null
if [ -f "$environment" ]; then
  set -a
  # shellcheck source=/dev/null
  . "$environment"
  set +a
fi
docker @ARGV@ >/dev/null
health='{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.State.Running}}'
began=$(date +%s)
while :; do
  took=$(($(date +%s) - began))
  state=$(docker inspect --format "$health" @NAME@)
  case $state in
    'healthy true') break ;;
    'none true') [ "$took" -lt "$steady" ] || break ;;
    *' false' | unhealthy*) took=$wait ;;
  esac
  if [ "$took" -ge "$wait" ]; then
    docker logs --tail 5 @NAME@ >&2
    echo "@NAME@: is $state after $(($(date +%s) - began)) s" >&2
    exit 1
  fi
  sleep 0.5
done
