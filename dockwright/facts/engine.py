"""What a box has of a Docker Engine, and what it is itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dockwright.box.fact import Fact
from dockwright.engine.place import FIND
from dockwright.inits.init import engine_job, of_engine
from dockwright.value import Value

_BOTH = 2  # versions: of what runs, and of what is installed
# One script, one round trip; each line is `key value`.
_SCRIPT = r"""
[ ! -r /etc/os-release ] || . /etc/os-release; echo "id $ID"; echo "release $VERSION_ID"
command -v dockerd >/dev/null && echo "dockerd $(command -v dockerd)"
@INIT@
dpkg-query --show --showformat 'package ${Package} ${Version} ${db:Status-Abbrev}\n' 2>/dev/null |
  sed -n 's/ [hi]i $//p'  # h: held, and installed all the same
# the echo ends a last line that has no newline
[ ! -f /etc/docker/daemon.json ] || { sed 's/^/daemon.json /' /etc/docker/daemon.json; echo; }
# of a link its own access: it is no file with the declared one
[ ! -f /etc/docker/daemon.json ] || stat -c 'access %a:%U:%G' /etc/docker/daemon.json
[ ! -e /var/lib/dockwright/daemon.json ] || sed 's/^/record /' /var/lib/dockwright/daemon.json
"""
# What its command line is, and what it will be: of the environment the variables that the
# command names, as others may be secret.
_STARTED = r"""
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
"""


@dataclass
class EngineState(Value):
    """The box's distribution, its engine, daemon.json (None: absent), and what of it is ours.

    ``unit`` is the job that has the engine, where that is not docker, and - where no job has it.
    ``state`` is its init's word where it neither runs nor is stopped. ``conf`` and ``override`` are
    the files of Upstart's job docker, None where they are not there.
    ``replaced`` are the versions of the program that runs and of the one that is installed, where
    that was put in its place since.
    ``process`` are the words of the running dockerd; ``start``, ``environment`` and
    ``variables`` the lines by which it is started, as
    `dockwright.engine.settings.service_command` has them.
    """

    distribution: str = ""
    release: str = ""
    init: str | None = None
    dockerd: str | None = None
    active: bool = False
    state: str = ""
    unit: str = ""
    enabled: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    daemon_json: str | None = None
    access: str = ""
    record: str | None = None
    process: list[str] = field(default_factory=list)
    start: list[str] = field(default_factory=list)
    environment: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    conf: str | None = None
    override: str | None = None
    replaced: tuple[str, ...] = ()


class Engine(Fact[EngineState]):
    """All that the operations of `dockwright.operations.engine` compare.

    Example::

        host.get_fact(Engine).dockerd  # '/usr/sbin/dockerd'
    """

    about = "its engine"

    def script(self) -> str:
        asked = of_engine(lambda name, job: f"  echo 'init {name}'{job.asked}")
        started = of_engine(lambda name, job: job.started)
        return FIND + _SCRIPT.replace("@INIT@\n", asked) + _STARTED.replace("@STARTED@\n", started)

    @staticmethod
    def default() -> EngineState:
        return EngineState()

    def read(self, lines: Iterable[str]) -> EngineState:
        state = EngineState()
        daemon: list[str] | None = None
        record: list[str] = []
        told: dict[str, list[str]] = {}
        for line in lines:
            key, _, value = line.partition(" ")
            if key == "id":
                state.distribution = value
            elif key == "release":
                state.release = value
            elif key == "init":
                state.init = value
            elif key == "dockerd":
                state.dockerd = value
            elif key == "unit":
                state.unit = value
            elif key == "package":
                package, _, version = value.partition(" ")
                state.packages[package] = version
            elif key == "daemon.json":
                daemon = [*(daemon or []), value]
            elif key == "access":
                state.access = value
                daemon = daemon or []
            elif key == "record":
                record.append(value)
            elif key == "process":
                state.process.append(value)
            elif key in ("running", "installed"):
                state.replaced = (*state.replaced, value)
            elif key == "start" and value:
                state.start.append(value)
            elif key == "environment":
                state.environment.append(value)
            elif key == "variable":
                state.variables.append(value)
            else:
                told.setdefault(key, []).append(value)  # in the init's own words
        state.daemon_json = None if daemon is None else "\n".join(daemon)
        state.record = "\n".join(record) or None
        if len(state.replaced) != _BOTH:
            state.replaced = ()  # one of them does not say
        if state.init is not None:
            its = engine_job(state.init).said(told)
            state.active, state.enabled, state.state = its.active, its.enabled, its.state
            state.conf, state.override = its.conf, its.override
        return state
