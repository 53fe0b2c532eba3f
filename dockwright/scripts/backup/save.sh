# shellcheck shell=sh
# shellcheck disable=SC1083,SC2034,SC2154,SC2317  # words like @PART@ are filled in; behind `begin`
leaf=@LEAF@ folder=@FOLDER@ part=@PART@
has_before='@HAS_BEFORE@' has_after='@HAS_AFTER@' pause='@PAUSE@'
case $folder in ?*) [ -d "$folder" ] || fail "folder $folder: not there; make it, or mount it" ;; esac
set -- @SOURCES@
mkdir -p @RECORDS@
record() {
  printf '%s %s\n' "$at" "$1" >@RECORDS@/.new
  mv -fT @RECORDS@/.new @RECORDS@/backup."$part"
  echo "summary $1"
}
at=$(date -u +%FT%TZ)
# a box that was given none
if [ "$part" = _secrets ] && [ ! -e "$1" ]; then
  record '{"snapshot_id":"","total_files_processed":0,"total_bytes_processed":0,"data_added":0}'
  exit
fi
for source; do
  shift
  case $source in
    /*)
      [ -e "$source" ] || fail "folder $source: not there as yet; apply the site first"
      set -- "$@" "$source"
      ;;
    *)
      at=$(docker volume inspect --format '{{.Mountpoint}}' "$source" 2>&1) && [ -d "$at" ] ||
        fail "volume $source: not there as yet, or kept elsewhere by its driver: ${at:-no folder}"
      case $at in *,*) fail "volume $source: $at: a comma in its path; move it" ;; esac
      set -- "$@" --tag "volume=$source=$at" "$at"
      ;;
  esac
done
# $1: where what it says goes; a repository that is not there as yet is made
backup() {
  said=$1
  shift
  restic_of backup --json --host @BOX@ "$@" >"$said" 2>"$work/said" && return
  [ "$became" -ne 3 ] || return 3
  grep -qiE 'is there a repository at|config file does not exist|repository does not exist' \
    "$work/said" || return "$became"
  restic_of init --quiet >"$work/said" 2>&1 || return
  restic_of backup --json --host @BOX@ "$@" >"$said" 2>"$work/said"
}
# The leaf goes on while most of it goes to the target; what has changed then is little.
if [ -n "$leaf" ]; then
  backup "$work/warm" --tag unpaused "$@" || [ $? -eq 3 ] || fail "$(cat "$work/said")"
  echo "before $(grep '"message_type":"summary"' "$work/warm")"
  names=$(docker ps --filter status=running --format '{{.Names}}' 2>/dev/null |
    while IFS= read -r name; do
      case $name in "$leaf".*.* | "$leaf"-run-????????) echo "$name" ;; esac
    done)
  cat >"$work/release" <<'@MARK@'
work=@WORK@
[ ! -s "$work/paused" ] || docker unpause $(cat "$work/paused")
[ ! -s "$work/ran" ] || docker exec "$(cat "$work/ran")" @AFTER@
rm -f "$work/held"
@MARK@
  began=$(date +%s.%N)
  date +%s >"$work/held.new"
  mv "$work/held.new" "$work/held"
  one=''
  for name in $names; do
    one=$name
    break
  done
  if [ -n "$has_before" ]; then
    [ -n "$one" ] || fail "$leaf: no container of it runs, for the command before its backup"
    docker exec "$one" @BEFORE@ >"$work/said" 2>&1 </dev/null ||
      fail "$leaf: the command before its backup failed: $(tail -n 3 "$work/said" | tr '\n' ' ')"
  fi
  [ -z "$has_after" ] || echo "$one" >"$work/ran"
  if [ -n "$pause" ] && [ -n "$one" ]; then
    echo "$names" >"$work/paused"
    # shellcheck disable=SC2086  # words of it
    docker pause $names >"$work/said" 2>&1 || fail "$leaf: not paused: $(cat "$work/said")"
  fi
fi
# the same moment for restic and for status, which a person gives to a restore
stamp=$(date -u '+%F %T')
at=${stamp% *}T${stamp#* }Z
backup "$work/out" --time "$stamp" --tag dockwright "$@" || {
  cat "$work/said"
  id=$(sed -n 's/.*"snapshot_id":"\([0-9a-f]*\)".*/\1/p' "$work/out")
  [ -z "$id" ] || restic_of forget --quiet "$id" >/dev/null 2>&1 || :
  exit 1
}
if [ -n "$leaf" ]; then
  [ ! -s "$work/paused" ] || paused=yes
  release || fail "$leaf: not let go as it should be; see docker ps"
  [ -z "${paused:-}" ] || echo "paused $(echo "$(date +%s.%N) $began" | awk '{print $1 - $2}')"
fi
record "$(grep '"message_type":"summary"' "$work/out")"
tidy() {
  restic_of forget --quiet --tag unpaused --group-by host --keep-last 1 &&
    restic_of forget --quiet --prune --tag dockwright --group-by host @KEEP@
}
# what a broken run has locked, and nobody does any more
tidy >"$work/said" 2>&1 || { restic_of unlock --quiet && tidy; } >"$work/said" 2>&1 ||
  fail "$(cat "$work/said")"
