# shellcheck shell=sh
# shellcheck disable=SC2154  # words like @NAME@ are filled in
# Starts a container, and waits until it is healthy, or has stayed up where it says nothing of that.
set -eu
umask 077
docker network inspect drill >/dev/null 2>&1 || docker network create --internal drill >/dev/null
if [ -f @ENVIRONMENT@ ]; then
  set -a
  . @ENVIRONMENT@
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
    'none true') [ "$took" -lt @STEADY@ ] || break ;;
    *' false' | unhealthy*) took=@WAIT@ ;;
  esac
  if [ "$took" -ge @WAIT@ ]; then
    docker logs --tail 5 @NAME@ >&2
    echo "@NAME@: is $state after $(($(date +%s) - began)) s" >&2
    exit 1
  fi
  sleep 0.5
done
