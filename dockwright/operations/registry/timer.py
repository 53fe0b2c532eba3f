"""What a registry's box does for it by itself, at times that the site chooses."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright import places, scripts
from dockwright.boot.calendar import is_calendar
from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError, shown
from dockwright.facts.registry_timer import FOLDER, UNIT, RegistryTimer
from dockwright.ways_out import WayOut, way_out

_SERVICE = f"""[Unit]
Description=The site's registry: from its disk what no image names, and whether all is sound
After=docker.service
[Service]
Type=oneshot
ExecStart={places.TIDY}
Nice=19
IOSchedulingClass=idle
PrivateTmp=yes
NoNewPrivileges=yes
"""
_TIMER = """[Unit]
Description=When the site's registry is tidied
[Timer]
OnCalendar={when}
Persistent=true
[Install]
WantedBy=timers.target
"""
_CONTENTS = scripts.text("registry/contents").rstrip("\n")


def script() -> str:
    """The text of what the timer runs.

    Example:
        >>> script().splitlines()[0], "@CONTENTS@" in script()
        ('#!/bin/sh', False)
    """
    text = scripts.text("registry/tidy")
    for word, value in (
        ("CONTENTS", _CONTENTS),
        ("COLLECTED", places.COLLECTED),
        ("VERIFIED", places.VERIFIED),
        ("DATA", places.DATA),
    ):
        text = text.replace(f"@{word}@", value)
    return f"#!/bin/sh\n{text}"


def wanted(when: str) -> dict[str, str]:
    """The files of a timer, by their paths.

    Example:
        >>> sorted(wanted("daily"))[0]
        '/etc/dockwright/registry-tidy'
    """
    return {
        places.TIDY: script(),
        f"{FOLDER}/{UNIT}.service": _SERVICE,
        f"{FOLDER}/{UNIT}.timer": _TIMER.format(when=when),
    }


@operation()
def timer(when: str | None = None) -> Commands:
    """Have the box take from its registry's disk what no image names, and verify all of it.

    Which images are needed is known where the inventory is, and not on a box: images go by
    ``dockwright registry gc`` alone.

    Args:
        when: a moment of systemd's calendar, such as ``Sun 03:00``; None: not by itself.

    Raises:
        OperationError: no such moment, or the box has no systemd.

    Example::

        registry.timer("Sun 03:00")
    """
    if when is not None and not is_calendar(when):
        raise DockwrightError(f"registry timer {shown(when)}: no time; write daily or Sun 03:00")
    on_box = host.get_fact(RegistryTimer)
    if when is None:
        if not on_box.texts:
            host.noop("the registry is not tidied by a timer")
            return
        log.changes(host, [Change("-", f"{UNIT}.timer", ("not tidied by itself",))])
        yield StringCommand("systemctl disable --quiet --now", QuoteString(f"{UNIT}.timer"))
        yield StringCommand("rm -f", *map(QuoteString, sorted(on_box.texts)))
        yield StringCommand("systemctl daemon-reload")
        return
    if not on_box.systemd:
        raise DockwrightError(
            f"box {host.name}: has no systemd, whose timer tidies its registry; "
            f"{way_out(WayOut.NO_TIMER)}"
        )
    files = wanted(when)
    other = [path for path, text in files.items() if on_box.texts.get(path) != text.strip()]
    if not other and on_box.state == "enabled" and on_box.active == "active":
        host.noop(f"the registry is tidied by itself, {when}")
        return
    sign: Sign = "~" if on_box.texts else "+"
    log.changes(host, [Change(sign, f"{UNIT}.timer", (when,))])
    for path in other:
        yield Write(path, files[path], mode=0o755 if path == places.TIDY else 0o644)
    yield StringCommand("systemctl daemon-reload")
    yield StringCommand("systemctl enable --quiet", QuoteString(f"{UNIT}.timer"))
    # one that runs goes on by its former times else
    yield StringCommand("systemctl restart", QuoteString(f"{UNIT}.timer"))
