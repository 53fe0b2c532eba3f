# shellcheck shell=sh
# After `engine`: the files of image @IMAGE@ that say what is in it, as a tar. The image is not
# started: a container of it is made, and read out. What dpkg's packages brought is left out but for
# dpkg's own word of it. Names with a line break are no file's that a package manager wrote.
state=$(engine)
ready "$state"
case $state in ready*) ;; *) exit 1 ;; esac
docker() { command docker -H "unix://${state#ready }" "$@"; }
docker image inspect @IMAGE@ >/dev/null || exit 1
# of a run that was cut: known by a name, as a label may be that of any image
docker container ls -aq --filter name=dockwright-inside- --filter status=created |
  while read -r left; do docker container rm -v "$left" >/dev/null; done
folder=$(mktemp -d) || exit 1
made=
leave() {
  cd / || true
  rm -rf "$folder" "$folder.status"
  [ -z "$made" ] || docker container rm -v "$made" >/dev/null
}
trap leave EXIT
trap 'exit 1' HUP INT TERM PIPE
made=$(docker container create --name "dockwright-inside-${folder##*.}" --network none \
  @IMAGE@ none) || exit 1
{ docker container export "$made" || echo failed >"$folder.status"; } |
  tar -x -C "$folder" --no-same-owner --no-same-permissions --wildcards \
    var/lib/dpkg/status 'var/lib/dpkg/status.d/*' 'var/lib/dpkg/info/*.list' \
    etc/os-release usr/lib/os-release '*.dist-info/METADATA' '*/specifications/*.gemspec' 2>/dev/null
[ ! -e "$folder.status" ] || exit 1
cd "$folder" || exit 1
break='
'
{
  for name in var/lib/dpkg/status etc/os-release usr/lib/os-release; do
    [ ! -f "$name" ] || [ -L "$name" ] || echo "./$name"
  done
  find . -path './var/lib/dpkg/status.d/*' -type f ! -path "*$break*" -size -4096k
  find . -path './var/lib/dpkg/info/*.list' -type f -exec cat {} + |
    sed 's,^,.,' | sort -u >"$folder.status"
  find . -type f ! -path "*$break*" ! -path './var/lib/dpkg/*' -size -4096k \
    '(' -name METADATA -o -name '*.gemspec' ')' | sort | comm -23 - "$folder.status"
} | tar -c --no-recursion -T -
