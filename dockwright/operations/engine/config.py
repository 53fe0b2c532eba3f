"""The Docker Engine's daemon.json, taken by the engine or put back as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright import scripts
from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.commands.expected import ENGINE, LOGS, RESTART, expect
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.engine.log_copy import changes_jobs
from dockwright.engine.place import FIND
from dockwright.engine.settings import service_command
from dockwright.engine.settings.clash import left_to_file
from dockwright.engine.settings.command_line import DaemonFlag, flags
from dockwright.engine.settings.daemon_json import (
    CLOSED,
    LOG_ROTATION,
    PATH,
    RECORD,
    Merged,
    merge,
    read,
)
from dockwright.engine.settings.joined import same
from dockwright.engine.settings.reload import is_another_store
from dockwright.errors import BoxError, DockwrightError
from dockwright.facts.engine import Engine, EngineState, Others
from dockwright.inits.init import MACHINES, engine_job, has_job
from dockwright.ways_out import WayOut, way_out

# others' keys may be secret: a stricter mode than 0644 stays
_ACCESS = re.compile(r"6[04][04]:root:root")

# an engine that no init has, if there is one, is not ours to restart
_NO_INIT = """
act() { false; }
runs() { false; }
mark() { :; }
lines() { :; }
"""
# $1 is `reload` or `restart`; the new file comes on standard input. One script, so that a
# connection lost in the middle can't leave the engine with half of it.
_APPLY = scripts.text("engine/config").replace("@PATH@", PATH).replace("@OURS@", has_job())


@operation()
def config(settings: Mapping[str, Any] | None = None) -> Commands:
    """Have ``settings`` in /etc/docker/daemon.json beside what others have there.

    Log rotation is in it too, and ``icc`` false: containers of the engine's own bridge do not reach
    each other. On an engine that has containers of others ``icc`` stays as it is.

    The engine reloads where that is enough, else it restarts. One that runs containers of
    others is not restarted: the new settings then count from its next restart. One that does
    not come back gets its former settings back. One that is to keep its images in another store or
    folder comes up without those it has: what is declared after it builds or pulls them. What its
    command line sets stays as it is, and is not written: dockerd does not start where a setting is
    in both.

    Args:
        settings: keys of daemon.json; lists and maps are joined with what others have there.

    Raises:
        DockwrightError: the present file is no JSON, or the engine's command line sets another
            value; nothing is changed.

    Example::

        engine.config({"registry-mirrors": ["https://mirror.example"]})
    """
    engine = host.get_fact(Engine)
    if engine.unit:
        raise BoxError(engine_job(engine.init).elsewhere(str(host.name), engine.unit))
    daemon_flags = _given(engine)
    asked = settings or {}
    others = _others(engine, asked, daemon_flags)
    wanted = merge(
        engine.daemon_json,
        engine.record,
        left_to_file(asked, daemon_flags, str(host.name)),
        [flag.key for flag in daemon_flags],
        closes=not others,
    )
    theirs = _said(asked, daemon_flags, others)
    if wanted.changed:
        if changes_jobs(read(engine.daemon_json, PATH), read(wanted.text, PATH)):
            expect(str(host.name), [LOGS])
        how = "reload" if wanted.reloadable else "restart"
        if how == "restart":
            expect(str(host.name), [RESTART])
        leaves = engine.active and is_another_store(read(engine.daemon_json), read(wanted.text))
        if leaves:
            # what hangs on its images is known when it has others
            expect(str(host.name), [ENGINE])
        keys = ", ".join(sorted(wanted.changed))
        for line in theirs:
            log.reason(host, line)
        sign: Sign = "+" if engine.daemon_json is None else "~"
        said = (keys, f"the engine {how}s", *(["without its images"] if leaves else []))
        log.changes(host, [Change(sign, "daemon.json", said)])
        text = script(engine.init)
        yield Script(f"daemon.json: {keys}; {how}", text, how, stdin=wanted.text, writes=PATH)
    elif engine.daemon_json is not None and not _ACCESS.fullmatch(engine.access):
        text = engine.daemon_json
        log.changes(host, [Change("~", "daemon.json", (f"{engine.access} → 644:root:root",))])
        yield Write(PATH, text if text.endswith("\n") else f"{text}\n")
    elif _recorded(engine, wanted):
        host.noop("; ".join(["daemon.json is current", *theirs]))
        return
    if not _recorded(engine, wanted):
        if not wanted.changed:
            log.changes(host, [Change("~", "the record of what is ours in daemon.json")])
        yield StringCommand("mkdir -p", QuoteString(RECORD.rpartition("/")[0]))
        yield Write(RECORD, wanted.record, mode=0o600)


def script(init: str | None) -> str:
    """What takes a new daemon.json to the engine of a box with ``init``.

    Example:
        >>> "initctl restart" in script("systemd"), "systemctl restart" in script("upstart")
        (False, False)
    """
    shell = engine_job(init).shell if init in MACHINES else _NO_INIT
    return f"{FIND}{shell}{_APPLY}"


def _given(engine: EngineState) -> tuple[DaemonFlag, ...]:
    """What the command line sets: the running engine's, and that of its next start."""
    after = service_command.words(engine.start, engine.environment, engine.variables)
    return tuple(dict.fromkeys([*flags(engine.process), *flags(after)]))


def _said(
    asked: Mapping[str, Any], daemon_flags: tuple[DaemonFlag, ...], others: Sequence[str]
) -> list[str]:
    """Of what we would write else, why we do not."""
    keys = {flag.key for flag in daemon_flags} & {*asked, *LOG_ROTATION}
    lines = [
        f"{key} is set on the engine's command line and stays as it is" for key in sorted(keys)
    ]
    for flag in daemon_flags:
        if flag.key == "config-file" and flag.value != PATH:
            lines.append(f"the engine does not read it ({flag})")
    if others:
        lines.append(
            f"icc stays as it is, since containers that are not ours ({', '.join(others)}) may "
            f"talk to each other; {way_out(WayOut.CLOSE_BRIDGE)}"
        )
    return [f"daemon.json: {line}" for line in lines]


def _others(
    engine: EngineState, asked: Mapping[str, Any], daemon_flags: Sequence[DaemonFlag]
) -> tuple[str, ...]:
    """Containers of others, where nobody says as yet whether they reach each other."""
    said = {*asked, *(flag.key for flag in daemon_flags)}
    # what is no JSON is told where it is merged
    written = f"{engine.daemon_json} {engine.record}"
    if not engine.active or said & {*CLOSED, "config-file"} or '"icc"' in written:
        return ()
    return host.get_fact(Others)


def _recorded(engine: EngineState, wanted: Merged) -> bool:
    try:
        return same(read(engine.record, RECORD), read(wanted.record, RECORD))
    except DockwrightError:
        return False
