# shellcheck shell=sh
# Written by Dockwright: what a registry's box does for its registry by itself, by a timer.
#
# What needs no word of who needs an image: from the disk goes what no image names and what pushes
# left behind that were broken off; then all that is there is read through, and held against its
# digest. What came of either stands in @COLLECTED@ and @VERIFIED@.
set -u
export LC_ALL=C
failed=0
note() { # $1: the file; $2: what it is to say
  printf '%s %s\n' "$(date +%s)" "$2" >"$1.new" && mv -f "$1.new" "$1"
}

container=$(docker container ls --format '{{.Names}}' | grep '^registry\.' | sort | head -n 1)
if [ -n "$container" ]; then
  said=$(printf 'since %s\nsweep 3600\nend\n' "$(date +%s)" |
    docker exec -i "$container" registry-collect ask 2>&1)
else
  said='error it does not run'
fi
bytes=$(printf '%s\n' "$said" | sed -n 's/^freed [0-9]* [0-9]* \([0-9]*\)$/\1/p')
if [ -n "$bytes" ] && printf '%s\n' "$said" | grep -qx 'status 0'; then
  note @COLLECTED@ "done $bytes"
else
  failed=1
  note @COLLECTED@ "failed $(printf '%s\n' "$said" | grep -v '^status' | tail -n 1 | cut -c 1-200)"
fi

contents() {
@CONTENTS@
}
lost() { # what an image's manifest names, its repository has had, and is not there
  cd @DATA@/docker/registry/v2/repositories 2>/dev/null || return 0
  find . -path '*/_manifests/revisions/sha256/*/link' -printf '%h\n' |
    while read -r folder; do
      hex=${folder##*/} layers=${folder%/_manifests/*}/_layers/sha256
      blob=../blobs/sha256/$(printf %.2s "$hex")/$hex/data
      if [ ! -e "$blob" ]; then
        # one that was removed by now has no link any more
        [ ! -e "$folder/link" ] || echo "lost sha256:$hex"
        continue
      fi
      grep -oE 'sha256:[0-9a-f]{64}' "$blob" 2>/dev/null | sed 's/^sha256://' | sort -u |
        while read -r part; do
          [ -e "../blobs/sha256/$(printf %.2s "$part")/$part/data" ] ||
            [ ! -e "$layers/$part/link" ] || [ ! -e "$folder/link" ] || echo "lost sha256:$part"
        done
    done
}
flaws=$({ (contents); (lost); } | sort -u)
case $flaws in
  *read*) flaws=$(printf '%s\n' "$flaws" | grep -E '^(changed|lost) ') ;;
  *) flaws="${flaws}error" ;;
esac
case $flaws in
  *error) failed=1 && note @VERIFIED@ "failed its data were not read through" ;;
  *)
    number=$(printf '%s' "$flaws" | grep -c '')
    [ "$number" = 0 ] || failed=1
    note @VERIFIED@ "done $number"
    ;;
esac
exit $failed
