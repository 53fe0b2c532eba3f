/etc/supervisor/dockwright.sh 0755
#!/bin/sh
# Runs the container of a boot job in the foreground, for supervisord (dockwright).
# $1: the job; $2: seconds that its container may take to stop; $3: `always`, where it is kept up,
# or `once`; $4: leaves that come up before it, with commas, or -; $5: its environment file, or -;
# then the words for docker, in which \0ooo is a byte and \\ a backslash.
job=$1 stop=$2 how=$3 before=$4 env=$5
shift 5
docker=$(command -v docker) || { echo "no docker on this box" >&2; sleep 2; exit 127; }
# when it ended by itself, since somebody stopped it: supervisord does not count that
ends=/run/dockwright-$job.ends
# a configuration of its own, absent by default
export DOCKER_CONFIG=/etc/dockwright/client
stopped='' client='' tries=0
ending() {
  stopped=yes
  [ -n "$client" ] || return 0
  # by the signal that the container asks for; it may not be made yet
  while kill -0 "$client" 2>/dev/null && ! "$docker" stop -t "$stop" "$job" >/dev/null 2>&1; do
    sleep 1
  done &
}
trap ending TERM INT HUP
# a signal ends it
pause() { sleep "$1" & wait "$!"; }
are_up() {
  for leaf in $(printf %s "$before" | tr , ' '); do
    # none of it is still starting or unwell, and there is one
    [ -n "$("$docker" ps -q -f "name=^${leaf}[.]")" ] || return 1
    [ -z "$("$docker" ps -q -f "name=^${leaf}[.]" -f health=starting -f health=unhealthy)" ] ||
      return 1
  done
}

if [ "$how" = always ]; then
  until [ -n "$stopped" ] || "$docker" ps --quiet >/dev/null 2>&1; do pause 2; done
  while [ "$before" != - ] && [ -z "$stopped" ] && [ "$tries" -lt 60 ] && ! are_up; do
    tries=$((tries + 1))
    pause 1
  done
fi
case " $* " in
  *" --network dockwright-${job%%.*} "*)
    # never without the rules of what it may reach
    until [ -n "$stopped" ] || sh "/etc/dockwright/reach/${job%%.*}.reach"; do
      [ "$how" = always ] || exit 1
      pause 2
    done
    ;;
esac
[ -z "$stopped" ] || { rm -f "$ends"; exit 0; }

# a substitution takes line breaks off its end, hence the _
for word; do
  shift
  word=$(printf '%b_' "$word")
  set -- "$@" "${word%_}"
done
"$docker" rm --force --volumes "$job" >/dev/null 2>&1
(
  if [ "$env" != - ]; then
    set -a
    # shellcheck source=/dev/null
    . "$env"
    set +a
  fi
  exec "$docker" "$@"
) &
client=$!
[ -z "$stopped" ] || ending
while :; do
  wait "$client"
  status=$?
  # a signal ends the waiting too
  kill -0 "$client" 2>/dev/null || break
done
"$docker" rm --force --volumes "$job" >/dev/null 2>&1
if [ "$how" = always ] && [ -z "$stopped" ]; then  # about to start again
  { tail -n 199 "$ends" 2>/dev/null; date +%s; } >"$ends.new"
  mv -f "$ends.new" "$ends"
  pause 2
fi
[ -z "$stopped" ] || rm -f "$ends"
exit "$status"
