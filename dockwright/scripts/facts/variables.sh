# shellcheck shell=sh
# shellcheck disable=SC2154,SC2105 # in a loop over each path
  [ -f "$path" ] || continue
  awk '{
    if (!open) { first = NR; name = $0; sub(/=.*/, "", name); sub(/^[^=]*=/, "") }
    gsub(/\\./, ""); open = (open + gsub(/"/, "")) % 2
    if (!open && name ~ /^[A-Za-z_][A-Za-z0-9_]*$/) print name, first, NR
  }' "$path" | while read -r name first last; do
    digest=$(sed -n "$first,${last}p" "$path" | sha256sum | cut -d' ' -f1)
    printf '%s %s %s\n' "$path" "$name" "$digest"
  done
