"""What a box has of a Docker Engine, and what it is itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyinfra.api import FactBase

# One script, one round trip; each line is `key value`.
_SCRIPT = r"""
. /etc/os-release 2>/dev/null; echo "id $ID"; echo "release $VERSION_ID"
command -v dockerd >/dev/null && echo "dockerd $(command -v dockerd)"
if [ -d /run/systemd/system ]; then
  echo 'init systemd'
  systemctl show --property=ActiveState,UnitFileState docker.service | sed 's/=/ /'
elif command -v initctl >/dev/null; then
  echo 'init upstart'
  initctl status docker 2>/dev/null | sed -n 's/^docker start\/running.*/ActiveState active/p'
  [ -e /etc/init/docker.conf ] && echo 'UnitFileState enabled'
fi
dpkg-query --show --showformat 'package ${Package} ${Version} ${db:Status-Abbrev}\n' 2>/dev/null |
  sed -n 's/ ii $//p'
[ ! -e /etc/docker/daemon.json ] || sed 's/^/daemon.json /' /etc/docker/daemon.json
[ ! -e /etc/docker/daemon.json ] || stat -L -c 'access %a:%U:%G' /etc/docker/daemon.json
command -v docker >/dev/null &&
  docker container ls --format 'running {{.Names}}' 2>/dev/null
for unit in /etc/systemd/system/dockwright-*.service /etc/init/dockwright-*.conf; do
  [ ! -e "$unit" ] || echo "unit ${unit##*/}"
done
true
"""


@dataclass
class EngineState:
    """The box's distribution, its engine, daemon.json (None: absent), and running containers."""

    distribution: str = ""
    release: str = ""
    init: str | None = None
    dockerd: str | None = None
    active: bool = False
    enabled: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    daemon_json: str | None = None
    access: str = ""
    running: list[str] = field(default_factory=list)
    units: set[str] = field(default_factory=set)

    def foreign(self) -> list[str]:
        """Running containers that are not of our boot jobs.

        Example:
            >>> EngineState(running=["theirs"]).foreign()
            ['theirs']
        """
        ours = {
            unit.removeprefix("dockwright-").removesuffix(".service").removesuffix(".conf")
            for unit in self.units
        }
        return [container for container in self.running if container not in ours]


class Engine(FactBase[EngineState]):
    """All that the operations of `dockwright.operations.engine` compare.

    Example:
        >>> host.get_fact(Engine).dockerd  # doctest: +SKIP
        '/usr/sbin/dockerd'
    """

    def command(self) -> str:
        return _SCRIPT

    @staticmethod
    def default() -> EngineState:
        return EngineState()

    def process(self, output: Iterable[str]) -> EngineState:
        state = EngineState()
        daemon: list[str] | None = None
        for line in output:
            key, _, value = line.partition(" ")
            if key == "id":
                state.distribution = value
            elif key == "release":
                state.release = value
            elif key == "init":
                state.init = value
            elif key == "dockerd":
                state.dockerd = value
            elif key == "ActiveState":
                state.active = value == "active"
            elif key == "UnitFileState":
                state.enabled = value
            elif key == "package":
                package, _, version = value.partition(" ")
                state.packages[package] = version
            elif key == "daemon.json":
                daemon = [*(daemon or []), value]
            elif key == "access":
                state.access = value
                daemon = daemon or []
            elif key == "running":
                state.running.append(value)
            elif key == "unit":
                state.units.add(value)
        state.daemon_json = None if daemon is None else "\n".join(daemon)
        return state
