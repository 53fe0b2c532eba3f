"""The engine as systemd's docker.service."""

from dockwright.inits.engine.job import EngineJob

_START = """systemctl reset-failed docker.service docker.socket 2>/dev/null
timeout 120 systemctl start docker.service && exit 0
echo "the engine does not start; its last lines:" >&2
journalctl --unit docker --lines 10 --no-pager --output cat >&2
exit 1
"""
# systemd refuses the next start of a unit that was started often of late
_SHELL = """
act() {
  [ "$1" = stop ] || systemctl reset-failed docker.service 2>/dev/null
  timeout 120 systemctl --quiet "$1" docker.service 2>/dev/null
}
runs() { systemctl --quiet is-active docker.service; }
mark() { date +%s; }
lines() {
  journalctl -u docker.service --since "@$1" --no-pager -o cat | grep -v '^$' | tail -n 8
}
"""


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


ENGINE = EngineJob("docker.service", _START, _SHELL, elsewhere)
