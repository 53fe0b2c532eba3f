# shellcheck shell=sh
# What a registry keeps below @DATA@, read in the other order than it is written: what a name is
# there for is there too, whatever is pushed meanwhile.
links=@LINKS@
echo "now $(date +%s)"
[ "$links" != yes ] || echo links
[ ! -d @DATA@ ] || df -B1 --output=avail,size -- @DATA@/ 2>/dev/null | sed -n '2s/^ */disk /p'
cd @DATA@/docker/registry/v2/repositories 2>/dev/null || exit 0
find . -path '*/_manifests/tags/*/current/link' -printf 'tag %T@ %P\n'
# what stays of a tag whose link was lost
find . -path '*/_manifests/tags/*/index' -printf 'tag %T@ %P\n'
find . -path '*/_manifests/tags/*/current/link' -print0 |
  xargs -0 -r grep -HoE '^sha256:[0-9a-f]{64}$' 2>/dev/null | sed 's/^/names /'
find . -path '*/_manifests/revisions/sha256/*/link' -printf 'revision %T@ %P\n'
[ "$links" != yes ] || find . -path '*/_layers/sha256/*/link' -size +0 -printf 'link %P\n'
find . -path '*/_uploads/*' -type f -printf 'upload %T@ %s %P\n'
cd ../blobs 2>/dev/null || exit 0
find . -path './sha256/*/data' -printf 'blob %T@ %s %P\n'
printf 'texts '
find ../repositories -path '*/_manifests/revisions/sha256/*/link' -printf '%h\n' |
  sed 's,.*/\(..\)\([^/]*\)$,sha256/\1/\1\2/data,' | sort -u |
  while read -r path; do [ ! -f "$path" ] || echo "$path"; done |
  tar -c --no-recursion -T - 2>/dev/null | gzip -c | base64 -w0
echo
