# shellcheck shell=sh
# Arguments: switch, back, or done; and the places of what was staged.
set -eu
what=$1
shift
for at; do
  new=$at.dockwright-new former=$at.dockwright-former
  case $what in
    switch)
      [ ! -e "$at" ] || mv -T "$at" "$former"
      mv -T "$new" "$at"
      ;;
    back)
      if [ -e "$former" ]; then
        rm -rf "$at"
        mv -T "$former" "$at"
      elif [ ! -e "$new" ]; then rm -rf "$at"; fi
      rm -rf "$new"
      ;;
    *) rm -rf "$former" ;;
  esac
done
