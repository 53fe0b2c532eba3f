# shellcheck shell=sh
# shellcheck disable=SC2154 # state: of what stands before it
set -- @SOURCES@
filled() {
  if [ -d "$1" ]; then [ -n "$(find "$1/" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null)" ]
  else [ -f "$1" ] && [ -s "$1" ]; fi
}
for source; do
  case $source in
    /*) ! filled "$source" || printf 'held %s\n' "$source" ;;
    *)
      case $state in
        ready*)
          at=$(docker volume inspect --format '{{.Mountpoint}}' "$source" 2>/dev/null) || continue
          [ -d "$at" ] && ! filled "$at" || printf 'held %s\n' "$source"
          ;;
        none*) ;;
        *)
          word=unknown
          ! filled "/var/lib/docker/volumes/$source/_data" || word=held
          printf '%s %s\n' "$word" "$source"
          ;;
      esac
      ;;
  esac
done
