# shellcheck shell=sh
# shellcheck disable=SC1083,SC2154  # words like @PAIRS@ are filled in; behind `begin`
# Arguments: of each source its name, its path in the snapshot, and that as a pattern.
: >"$work/new"
# nothing of it stays where not all of it came
release() {
  [ -e "$work/whole" ] || while IFS= read -r new; do rm -rf "$new"; done <"$work/new"
}
set -- @TRIPLES@
while [ $# -gt 0 ]; do
  source=$1 path=$2 pattern=$3
  shift 3
  case $source in
    /*) at=$source ;;
    *)
      if at=$(docker volume inspect --format '{{.Mountpoint}}' "$source" 2>/dev/null); then :
      elif docker version >/dev/null 2>&1; then
        docker volume create "$source" >/dev/null || fail "volume $source: not made"
        at=$(docker volume inspect --format '{{.Mountpoint}}' "$source")
      else
        # an engine takes what it finds there at its start for a volume
        at=/var/lib/docker/volumes/$source/_data
        (umask 066 && mkdir -p "${at%/*}")
      fi
      ;;
  esac
  former=$at.dockwright-former stage=${at%/*}/.dockwright-restore
  [ ! -e "$former" ] ||
    fail "$former: data from before a restore that was broken off; move it back or away first"
  ! mountpoint -q "$at" || fail "$at: a mounted file system, which can't be switched; restore it by hand"
  (umask 022 && mkdir -p "${at%/*}")
  rm -rf "$stage" "$at.dockwright-new"
  mkdir "$stage"
  printf '%s\n' "$stage" "$at.dockwright-new" >>"$work/new"
  restic_of restore @SNAPSHOT@ --no-lock --target "$stage" --include "$pattern" >"$work/said" 2>&1 ||
    fail "$(cat "$work/said")"
  [ -e "$stage$path" ] || fail "$path: not in snapshot @SNAPSHOT@"
  mv -T "$stage$path" "$at.dockwright-new"
  rm -rf "$stage"
  echo "staged $at"
done
: >"$work/whole"
