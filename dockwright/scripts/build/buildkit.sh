# shellcheck shell=sh
# shellcheck disable=SC1091 # values: written beside it, as it runs
set -eu
dir=$(mktemp -d /run/dockwright-build.XXXXXX)
trap 'rm -rf "$dir"' EXIT
trap 'exit 143' TERM
export DOCKER_CONFIG="$dir" BUILDX_CONFIG="$dir/buildx" DOCKER_BUILDKIT=1
export BUILDX_NO_DEFAULT_ATTESTATIONS=1 BUILDX_METADATA_PROVENANCE=disabled
number=0
: >"$dir/values"
set -- "$(command -v docker)" build --progress plain --iidfile "$dir/image"
! docker buildx version </dev/null >/dev/null 2>&1 || set -- "$@" --metadata-file "$dir/metadata"
while read -r kind value && [ "$kind" != size ]; do
  text=$(printf %s "$value" | base64 -d; echo .)
  text=${text%.}
  case $kind in
    a) set -- "$@" "$text" ;;
    v) printf '%s\n' "$text" >>"$dir/values" ;;
    s) number=$((number + 1)); export "DOCKWRIGHT_SECRET_$number=$text" ;;
  esac
done
exec 3<&0
guard() {
  # by exec: a redirection of the call would keep the pipe to docker open
  exec >/dev/null 2>&1
  trap '' TERM
  cat <&3
  # the client of 20.10 ends at the third
  while kill -0 $$; do kill 0; sleep 1; done
}
{ head -c "$value" <&3; guard & } |
  # a build argument may have the name of any variable of ours: from here on there are none
  { . "$dir/values"; exec "$@" -; }
image=$(cat "$dir/image")
# An engine that keeps images in containerd's store calls one by its manifest's digest; what the
# client calls its ID is the digest of its configuration.
if ! docker image inspect --format . "$image" </dev/null >/dev/null 2>&1 && [ -e "$dir/metadata" ]; then
  image=$(sed -n 's/^ *"containerimage\.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$dir/metadata")
fi
echo "dockwright-image $image"
