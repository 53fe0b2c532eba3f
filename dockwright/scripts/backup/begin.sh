# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # words like @WORK@ are filled in
# Standard input has what nobody else is to see: the repository's password; lines NAME=VALUE, and an
# empty one; the key to come to the target, and END; known hosts, and END. Behind that it stays open
# for as long as whoever began this is there.
set -eu
umask 077
work=@WORK@
export LC_ALL=C TZ=UTC RESTIC_REPOSITORY=@REPOSITORY@ RESTIC_CACHE_DIR=/var/cache/dockwright/restic
export RESTIC_PROGRESS_FPS=0.1
mkdir "$work"
child='' watcher=''
fail() {
  echo "$*"
  exit 1
}
release() { [ ! -e "$work/held" ] || sh "$work/release" >/dev/null 2>&1; }
over() {
  status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [ -n "$child" ]; then
    kill -INT "$child" 2>/dev/null || :
    # what it has begun is no snapshot; it takes its lock away
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$child" 2>/dev/null && sleep 0.2; done
    kill -KILL "$child" 2>/dev/null || :
  fi
  release || :
  grep 'retrying after' "$work/said" 2>/dev/null || :
  [ ! -e "$work/late" ] || echo "was held for @LIMIT@ s, and is let go: raise dockwright_backup's pause_seconds"
  rm -rf "$work"
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null || :
  exit "$status"
}
trap over EXIT
trap 'exit 130' HUP INT TERM
IFS= read -r password
while IFS= read -r line && [ -n "$line" ]; do export "${line?}"; done
for name in key known_hosts; do
  while IFS= read -r line && [ "$line" != END ]; do printf '%s\n' "$line" >>"$work/$name"; done
done
exec 3<&0 </dev/null
{ cat <&3 >/dev/null 2>&1; kill -TERM $$; } >/dev/null 2>&1 &
watcher=$!
# It outlives this script, which may be killed: a leaf is let go all the same, and nothing stays here.
cat >"$work/guard" <<'@MARK@'
work=$1 main=$2 limit=$3 again=0
while [ -d "$work" ]; do
  if ! kill -0 "$main" 2>/dev/null; then
    [ ! -s "$work/child" ] || kill -KILL "$(cat "$work/child")"
    [ ! -e "$work/held" ] || sh "$work/release"
    rm -rf "$work"
  elif [ -s "$work/held" ] && [ "$(($(date +%s) - $(cat "$work/held")))" -ge "$limit" ]; then
    touch "$work/late"
    sh "$work/release"
    kill -TERM "$main"
  elif grep -q 'retrying after' "$work/said" 2>/dev/null; then
    # restic goes on for a quarter of an hour; a leaf that is held is not to wait for that
    again=$((again + 1))
    [ ! -s "$work/held" ] || again=$((again + 3))
    [ "$again" -lt 40 ] || kill -TERM "$main"
  fi
  sleep 0.5
done
@MARK@
setsid sh "$work/guard" "$work" $$ @LIMIT@ </dev/null >/dev/null 2>&1 3<&- &
# in the background, as a shell hears of nothing while it waits for a program in front
restic_of() {
  RESTIC_PASSWORD=$password restic @OPTIONS@ "$@" 3<&- &
  child=$!
  echo "$child" >"$work/child"
  became=0
  wait "$child" || became=$?
  child=''
  : >"$work/child"
  return "$became"
}
