# shellcheck shell=sh
at() { state=$(engine); printf 'unix://%s' "${state#ready }"; }
names() { timeout 20 docker -H "$(at)" container ls --format '{{.Names}}' 2>/dev/null | sort; }
well() {  # those of $before that run, and are not unwell
  timeout 20 docker -H "$(at)" container ls --format '{{.Names}} {{.Status}}' 2>/dev/null |
    grep -v -e '(health: starting)' -e '(unhealthy)' | cut -d ' ' -f 1 | sort
}
before=$(names)
since=$(mark)
act restart
tries=0
until runs && timeout 10 docker -H "$(at)" version >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "the engine does not come up again; its last lines:" >&2
    lines "$since" >&2
    exit 1
  fi
  sleep 1
done
tries=0
while [ "$tries" -lt "$1" ]; do
  up=$(well)
  lost=
  for name in $before; do
    printf '%s\n' "$up" | grep -qxF -e "$name" || lost="$lost $name"
  done
  [ -n "$lost" ] || exit 0
  tries=$((tries + 1)); sleep 1
done
echo "the engine was restarted, and did not bring up again within $1 s:$lost" >&2
exit 1
