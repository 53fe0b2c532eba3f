# shellcheck shell=sh
# shellcheck disable=SC2154  # behind `begin`
restic_of snapshots --no-lock --json >"$work/out"
echo "snapshots $(cat "$work/out")"
