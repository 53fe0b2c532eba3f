# shellcheck shell=sh
access() {
  if [ -L "$1" ]; then echo link; elif [ -d "$1" ]; then echo folder
  elif [ -e "$1" ]; then stat -c %a:%U:%G "$1"; fi
}
file() {
  access=$(access "$1")
  [ -z "$access" ] || printf 'file %s %s %s\n' "$1" "$access" "$(base64 -w0 <"$1" 2>/dev/null)"
}
