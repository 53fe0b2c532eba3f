# shellcheck shell=sh
set -e
command -v openssl >/dev/null || {
  echo "openssl: not on this box; apt-get install openssl" >&2
  exit 1
}
umask 077
install -d -o 0 -g 0 -m 0755 "$HOME_"
install -d -o 0 -g "$GROUP" -m "$MODE" "$FOLDER"
cd "$FOLDER"
# a timer may be at it, or a run
exec 8<.
flock 8
trap 'rm -rf "$FOLDER/.new"' EXIT
rm -rf .new
mkdir .new
cat >.new/openssl.cnf
