#!/usr/bin/env bash
# script/bench build [IMAGES]   a plain loop of `docker build` against image.chain, on one box
#
# The box is `docker` of the standing lab (DOCKWRIGHT_LAB, else `lab`), with an engine and the base
# image (deploy/docker_host.py) and no running leaves. Before each run the chain's images and all
# build caches of the box are deleted. RUNS says which runs, by default all four.
set -euo pipefail
cd "$(dirname "$0")/../.."
images=$(realpath "${1:-images}")
runs=${RUNS:-loop-classic chain-classic loop-buildkit chain-buildkit}

on_box() { .venv/bin/dockwright lab ssh docker -- "$1"; }
plan() { .venv/bin/dockwright images plan "$images" --json | .venv/bin/python -c "
import json, os, sys
for image in json.load(sys.stdin)['images']:
    folder, file = os.path.split(os.path.relpath(image['path'], '$images'))
    print(image['name'], folder, file)"; }

work=$(mktemp -d)
trap 'rm -rf "$work"; on_box "rm -rf bench-build" </dev/null' EXIT
plan >"$work/order"
tar -C "$images" -c . | on_box 'rm -rf bench-build && mkdir bench-build && tar -C bench-build -x'
{ echo 'set -e'
  while read -r name folder file; do
    echo "docker build -q -t $name -f bench-build/$folder/$file bench-build/$folder"
  done <"$work/order"; } >"$work/loop.sh"
cat >"$work/chain.py" <<END
import os
from dockwright.operations import image

image.chain(name="chain", path="$images", builder=os.environ["BUILDER"], _sudo=True)
END

empty() {
  on_box "$(cut -d' ' -f1 "$work/order" | sed 's/^/sudo docker rmi -f /; s/$/ >\/dev\/null 2>\&1 || true/')
    sudo docker image prune -f >/dev/null; sudo docker builder prune -af >/dev/null; sync" </dev/null
}

for run in $runs; do
  empty
  builder=${run#*-}
  began=$(date +%s.%N)
  case $run in
    loop-*) on_box "sudo env DOCKER_BUILDKIT=$([ "$builder" = buildkit ] && echo 1 || echo 0) sh -s" \
              <"$work/loop.sh" >"$work/said" 2>&1 ;;
    chain-*) BUILDER=$builder .venv/bin/pyinfra -y inventories/lab.py "$work/chain.py" --limit docker \
              >"$work/said" 2>&1 ;;
    *) echo "script/bench build: $run: no such run" >&2; exit 1 ;;
  esac || { cat "$work/said" >&2; exit 1; }
  printf '%-15s %s\n' "$run" "$(awk -v from="$began" -v to="$(date +%s.%N)" 'BEGIN { printf "%.1f s", to - from }')"
  sed -n '/ image  *action /,/ in all; /p' "$work/said"
done
