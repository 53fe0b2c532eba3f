# shellcheck shell=sh disable=SC2015
trap '' HUP PIPE
how=$1 file=@PATH@ new=@PATH@.dockwright-new old=@PATH@.dockwright-old

at() { state=$(engine); printf "unix://%s" "${state#ready }"; }
answers() {  # an engine that starts and then dies shows within these seconds
  tries=0
  until timeout 10 docker -H "$(at)" version --format '{{.Server.Version}}' >/dev/null 2>&1; do
    tries=$((tries + 1)); [ "$tries" -lt 30 ] || return 1; sleep 1
  done
}
others() {
  docker -H "$(at)" container ls --format '{{.Names}}' 2>/dev/null | while read -r name; do
    @OURS@ || echo "$name"
  done
}
put_back() { if [ -e "$old" ]; then mv -fT "$old" "$file"; else rm -f "$file"; fi; }

umask 022
mkdir -p "${file%/*}"
cat >"$new" && chown 0:0 "$new" && chmod 644 "$new" || exit 1
case $(stat -c %a "$file" 2>/dev/null) in 600 | 640) chmod --reference="$file" "$new" ;; esac
if dockerd --help 2>/dev/null | grep -q -e '--validate'; then
  if ! said=$(dockerd --validate --config-file "$new" 2>&1); then
    rm -f "$new"
    echo "$file: the engine refuses it, so nothing is changed: $said" >&2
    exit 1
  fi
fi
rm -f "$old"
# a folder in its place goes if it is empty, and is an error else
if [ -d "$file" ] && [ ! -L "$file" ]; then rmdir "$file" || { rm -f "$new"; exit 1; }; fi
[ ! -e "$file" ] || cp -p "$file" "$old" || exit 1
mv -fT "$new" "$file" || exit 1

if ! runs; then
  rm -f "$old"
  echo "$file: written; the engine does not run, it counts when it starts"
  exit 0
fi
since=$(mark)
if [ "$how" = reload ]; then
  # an engine that refuses a reload only says so in its log
  act reload && sleep 1 && runs && ! lines "$since" | grep -q 'level=error' && done=yes
else
  foreign=$(others | tr '\n' ' ')
  if [ -n "$foreign" ]; then
    rm -f "$old"
    echo "$file: written; it counts from the engine's next restart, which would end" \
      "containers that are not ours: $foreign"
    exit 0
  fi
  act restart && answers && done=yes
fi
if [ "${done:-}" = yes ]; then
  rm -f "$old"
  exit 0
fi
said=$(lines "$since")
put_back
if [ "$how" = reload ]; then act reload; fi
runs && answers || { act stop; act start; }
if answers; then now="the engine runs with the former file again"
else now="the former file is back, but the engine does not answer"; fi
echo "$file: the engine did not take it ($how); $now; its last lines:" >&2
echo "$said" >&2
exit 1
