"""The engine as systemd's docker.service."""

from collections.abc import Mapping

from dockwright.inits.engine.job import Argv, EngineAnswer, EngineFound, EngineJob
from dockwright.inits.file import File
from dockwright.scripts import text

_START = """systemctl reset-failed docker.service docker.socket 2>/dev/null
timeout 120 systemctl start docker.service && exit 0
echo "the engine does not start; its last lines:" >&2
journalctl --unit docker --lines 10 --no-pager --output cat >&2
exit 1
"""
# systemd refuses the next start of a unit that was started often of late
_SHELL = "\n" + text("inits/systemd_engine")
# One that is starting, or has a job that will start it, is waited for by its socket.
_FIND = "\n" + text("inits/systemd_find")
_ASKED = """
  systemctl show --property=ActiveState,UnitFileState docker.service | sed 's/=/ /'
  engine_elsewhere | sed 's/^[0-9]* /unit /'
  [ "$(systemctl is-enabled docker.socket 2>/dev/null)" != masked ] || echo 'UnitFileState masked'
"""
_STARTED = r"""
  pid=$(systemctl show --property=MainPID docker.service | sed 's/^MainPID=//')
  start=$(systemctl cat docker.service 2>/dev/null | joined |
    sed -n -E 's/^[[:space:]]*(ExecStart|Environment)[[:space:]]*=[[:space:]]*/\1=/p')
  files=$(systemctl show --property=EnvironmentFiles docker.service |
    sed -n 's/^EnvironmentFiles=\(.*\) (ignore_errors=.*)$/\1/p')
"""


def said(lines: Mapping[str, list[str]]) -> EngineAnswer:
    """What systemd said of docker.service, and of a docker.socket that is masked.

    Example:
        >>> said({"ActiveState": ["active"], "UnitFileState": ["enabled", "masked"]}).enabled
        'masked'
    """
    active = lines.get("ActiveState", [""])[-1] == "active"
    return EngineAnswer(active, lines.get("UnitFileState", [""])[-1])


def comes_up(box: str, engine: EngineFound) -> tuple[Argv | File, ...]:
    """The steps that have docker.service come up with the machine.

    Args:
        box: its name.
        engine: its state.

    Example::

        comes_up("web1", host.get_fact(Engine))
    """
    unmask: Argv = ("systemctl", "unmask", "--quiet", "docker.service", "docker.socket")
    enable: Argv = ("systemctl", "enable", "--quiet", "docker.service")
    if engine.enabled == "enabled":
        return ()
    return (unmask, enable) if engine.enabled == "masked" else (enable,)


def elsewhere(box: str, unit: str) -> str:
    """The line for what hangs on docker.service, where the engine is the unit ``unit``.

    Example:
        >>> elsewhere("web1", "engine.service")[:56]
        'box web1: its engine is the unit engine.service, and boo'
    """
    return (
        f"box {box}: its engine is the unit {unit}, and boot jobs hang on docker.service; let "
        f"{unit} have that name too: `Alias=docker.service` under [Install] in it, and "
        f"`systemctl reenable {unit}`"
    )


ENGINE = EngineJob(
    name="docker.service",
    restarted_by="systemctl restart docker",
    log="`journalctl -u docker`",
    start=_START,
    shell=_SHELL,
    find=_FIND,
    asked=_ASKED,
    keys=frozenset({"ActiveState", "UnitFileState"}),
    said=said,
    started=_STARTED,
    comes_up=comes_up,
    elsewhere=elsewhere,
)
