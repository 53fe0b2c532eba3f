"""Where a box's engine listens, found out on the box itself, in `sh`.

Nobody's docker context, DOCKER_HOST or login has a part in it: the process that runs is asked
for the sockets it was given, its unit for those that systemd listens on, and what nobody names is
where the engine listens by default. An engine that is another unit's than docker.service is asked
like any other; what hangs on that unit's name refuses it (`EngineJob.elsewhere`).
"""

from __future__ import annotations

from dockwright.inits.engine import upstart

# what a line says that can't know the box's init
SEE_LOG = "see its log there (`journalctl -u docker`, under Upstart /var/log/upstart/docker.log)"

# After it `engine` says the engine's state, in one word and what belongs to it:
#   ready SOCKET, stopped, silent (it runs, and listens on no socket of the box), none (there is
#   no docker client)
# An engine that somebody stopped is stopped: docker.socket would start it for a mere question.
# One that is starting, or has a job that will start it, is waited for by its socket; under Upstart,
# where the socket is there once the engine listens, by its job.
FIND = (
    upstart.STATE
    + r"""
engine_named() {  # $1: options of dockerd, a line each
  printf '%s\n' "$1" | sed -nE 's/^(-H|--host)?=?unix:\/\///p'
}
engine_socket() {  # $1: PID of dockerd, or nothing
  options=
  [ -z "$1" ] || options=$(tr '\0' '\n' <"/proc/$1/cmdline" 2>/dev/null)
  {
    engine_named "$options"
    [ ! -d /run/systemd/system ] || systemctl show --property=Listen docker.socket 2>/dev/null |
      sed -nE 's/^Listen=(.*) \(Stream\)$/\1/p'
    tr ',[]{}' '\n' </etc/docker/daemon.json 2>/dev/null |
      sed -nE 's/^.*"unix:\/\/([^"]*)".*$/\1/p'
    printf '/run/docker.sock\n/var/run/docker.sock\n'
  } | while read -r path; do
    [ ! -S "$path" ] || { printf '%s\n' "$path"; break; }
  done
}
engine_elsewhere() {  # PID and name of the job that has a dockerd, if not docker; - for none
  if [ -d /run/systemd/system ]; then
    for one in $(pidof dockerd 2>/dev/null); do
      # one within a container belongs to no service of the box
      sed -nE "s/^.*system\\.slice\\/([^/]+\\.service)\$/$one \\1/p" "/proc/$one/cgroup" 2>/dev/null
    done | grep -v ' docker\.service$' | head -n 1
  elif command -v initctl >/dev/null && [ ! -e /etc/init/docker.conf ]; then
    for one in $(pidof dockerd 2>/dev/null); do
      [ "$(readlink "/proc/$one/ns/pid")" = "$(readlink /proc/self/ns/pid)" ] || continue
      job=$(initctl list 2>/dev/null | sed -n "s/ [a-z]*\/running, process $one\$//p")
      printf '%s %s\n' "$one" "${job:--}"
    done | head -n 1
  fi
}
engine() {
  command -v docker >/dev/null 2>&1 || { echo none; return; }
  pid=
  if [ -d /run/systemd/system ]; then
    shown=$(systemctl show --property=LoadState,ActiveState,Job,MainPID docker.service 2>/dev/null)
    case $shown in
      *Job=[1-9]*) ;;
      *ActiveState=inactive* | *ActiveState=failed*)
        pid=$(engine_elsewhere | cut -d ' ' -f 1)
        [ -n "$pid" ] || { echo stopped; return; }
        ;;
    esac
    [ -n "$pid" ] || pid=$(printf '%s\n' "$shown" | sed -n 's/^MainPID=\([1-9]\)/\1/p')
  else
    told=$(upstart_settled 30)
    pid=$(pidof dockerd 2>/dev/null | tr ' ' '\n' | head -n 1)
    case $told$pid in stop/waiting) echo stopped; return ;; esac
  fi
  where=$(engine_socket "$pid")
  if [ -n "$where" ]; then printf 'ready %s\n' "$where"; else echo silent; fi
}
"""
)
# After it `docker` speaks with that engine, where `state` says that one is ready.
USE = (
    FIND
    + r"""
state=$(engine)
docker() { command docker -H "unix://${state#ready }" "$@"; }
"""
)
# After it `docker` and what calls it speak with that engine, where one is ready.
EXPORT = (
    FIND
    + r"""
state=$(engine)
case $state in ready*) export DOCKER_HOST="unix://${state#ready }" ;; esac
"""
)


def why_not(box: str, state: str) -> str | None:
    """Why an engine in ``state`` can't be asked, in one line; None where it can.

    Args:
        box: the box's name.
        state: what ``engine`` of `FIND` says.

    Example:
        >>> why_not("web1", "ready /run/docker.sock") is None
        True
        >>> why_not("web1", "stopped")[:34]
        'box web1: its engine does not run;'
    """
    word = state.partition(" ")[0]
    if word == "ready":
        return None
    if word == "stopped":
        return (
            f"box {box}: its engine does not run; start it with deploy/docker_host.py, or {SEE_LOG}"
        )
    if word == "silent":
        return (
            f"box {box}: its engine listens on no socket of the box; let it listen on "
            "unix:///run/docker.sock too"
        )
    return f"box {box}: there is no docker client on it; install one: deploy/docker_host.py"
