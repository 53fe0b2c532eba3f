# shellcheck shell=sh disable=SC2016
joined() { sed -e ':a' -e '/\\$/{N' -e 's/\\\n/ /' -e 'ba' -e '}' "$@" 2>/dev/null; }
pid='' start='' files=/etc/default/docker
@STARTED@
command=$(printf '%s\n' "$start" | grep -v '^Environment=')
printf '%s\n' "$command" | sed 's/^/start /'
names=$(printf '%s\n' "$command" | grep -o '[$][{]*[A-Za-z_][A-Za-z0-9_]*' | tr -d '${' | sort -u)
for name in $names; do
  printf '%s\n' "$start" | grep "^Environment=.*$name=" | sed 's/^/environment /'
  for file in $files; do
    joined "$file" | grep -E "^[[:space:]]*(export[[:space:]]+)?$name=" | sed 's/^/variable /'
  done
done
case $(cat "/proc/${pid:-0}/comm" 2>/dev/null) in
  docker*) ;;
  *) pid=$(cat /run/docker.pid 2>/dev/null) ;;  # a wrapper started it
esac
case $(cat "/proc/${pid:-0}/comm" 2>/dev/null) in
  docker*)
    tr '\0' '\n' <"/proc/$pid/cmdline" | sed 's/^/process /'
    # a package has put another file in the place of the one that runs
    case $(readlink "/proc/$pid/exe") in
      *' (deleted)')
        state=$(engine)
        timeout 20 docker -H "unix://${state#ready }" version \
          --format 'running {{.Server.Version}}' 2>/dev/null
        dockerd --version 2>/dev/null |
          sed -nE 's/^Docker version ([^, ]+).*$/installed \1/p'
        ;;
    esac
    ;;
esac
true
