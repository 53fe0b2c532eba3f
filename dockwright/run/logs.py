"""What a leaf's containers said, from the boxes that run it or ran it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from difflib import get_close_matches

import gevent
from pyinfra.api.host import Host

from dockwright.box.privilege import as_root
from dockwright.engine.place import USE
from dockwright.errors import DockwrightError
from dockwright.facts.logs import Logged, LoggedLeaves
from dockwright.facts.service import Services
from dockwright.inits.init import INITS
from dockwright.inits.wanted_logs import WantedLogs
from dockwright.run.inventory import connected, find, load, present
from dockwright.run.stream import stream
from dockwright.service.logs import logs as logs_of_services
from dockwright.service.state import SwarmService
from dockwright.terminal import echo


def logs(
    leaf: str,
    wanted: WantedLogs,
    *,
    box: str | None = None,
    everywhere: bool = False,
    inventory: str | None = None,
    skip: Sequence[str] = (),
) -> None:
    """Show them on standard output; of several boxes at once, each line behind its box's name.

    Args:
        leaf: its name.
        wanted: which lines, and whether to go on, until interrupted.
        box: one box; None for every one that runs the leaf.
        everywhere: also where the leaf ran once and left logs.
        inventory, skip: as for `dockwright.run.inventory.load`.

    Raises:
        DockwrightError: no box runs the leaf (or has logs of it), one of them failed, or a box
            could not be reached: the others' logs are shown before.

    Example::

        logs("zenweb", WantedLogs(since="10m", follow=True))
    """
    with load(inventory, skip) as loaded, ExitStack() as connections:
        asked = [find(loaded, box)] if box else present(loaded)
        by_host: dict[Host, LoggedLeaves] = {}
        unreached: DockwrightError | None = None
        for host in asked:
            try:
                connections.enter_context(connected(host))
            except DockwrightError as error:
                echo(f"warning: {error}", err=True)
                unreached = error
                continue
            by_host[host] = host.get_fact(Logged, **as_root(host))
        if unreached and not by_host:
            raise unreached
        having = [host for host, logged in by_host.items() if leaf in logged.leaves]
        running = [host for host in having if leaf in by_host[host].running]
        shown = having if box or everywhere else running
        if not running and (manager := _of_services(leaf, by_host)) is not None:
            _stream_all(leaf, {manager[0]: _service_logs(leaf, wanted, manager[1])})
            return
        if not shown:
            raise _unknown(leaf, by_host, having)
        if wanted.process is not None:
            shown = _with_process(leaf, wanted.process, {host: by_host[host] for host in shown})
        lines = {host: INITS[by_host[host].init or ""].logs(leaf, wanted) for host in shown}
        _stream_all(leaf, lines)
        if unreached:
            raise unreached


def _of_services(
    leaf: str, by_host: Mapping[Host, LoggedLeaves]
) -> tuple[Host, tuple[SwarmService, ...]] | None:
    """A manager that has services of the leaf, with them; it hears of all nodes."""
    for host in by_host:
        if its := host.get_fact(Services, **as_root(host)).of_leaf(leaf):
            return host, its
    return None


def _service_logs(leaf: str, wanted: WantedLogs, services: Sequence[SwarmService]) -> str:
    of = [one for one in services if wanted.process in (None, one.process)]
    if not of:
        known = ", ".join(one.process for one in services)
        raise DockwrightError(
            f"leaf {leaf}: no service of a process {wanted.process}; its processes: {known}"
        )
    names = [one.name for one in of]
    shown = logs_of_services(names, lines=wanted.lines, since=wanted.since, follow=wanted.follow)
    return f"{USE}{shown}"


def _with_process(leaf: str, process: str, by_host: Mapping[Host, LoggedLeaves]) -> list[Host]:
    """Those that have logs of the process; journalctl fails where there is no such unit."""
    having = [host for host, logged in by_host.items() if f"{leaf}.{process}" in logged.processes]
    if having:
        return having
    every = {name for logged in by_host.values() for name in logged.processes}
    known = sorted(name.partition(".")[2] for name in every if name.startswith(f"{leaf}."))
    raise DockwrightError(
        f"leaf {leaf}: no logs of a process {process} on "
        f"{', '.join(str(host.name) for host in by_host)}; its processes: {', '.join(known)}"
    )


def _stream_all(leaf: str, lines: Mapping[Host, str]) -> None:
    """Each box's by itself; one that fails ends nobody else's."""
    width = max(len(str(host.name)) for host in lines)
    tasks = [
        gevent.spawn(
            _or_error,
            host,
            leaf,
            line,
            f"{str(host.name).ljust(width)} | " if len(lines) > 1 else "",
        )
        for host, line in lines.items()
    ]
    try:
        gevent.joinall(tasks)
    finally:
        gevent.killall(tasks)
    errors = [error for task in tasks if (error := task.value) is not None]
    if errors:
        raise DockwrightError("\nerror: ".join(map(str, errors)))


def _or_error(host: Host, leaf: str, line: str, prefix: str) -> DockwrightError | None:
    try:
        stream(host, line, f"the logs of {leaf}", prefix)
    except DockwrightError as error:
        return error
    return None


def _unknown(
    leaf: str, by_host: Mapping[Host, LoggedLeaves], having: Sequence[Host]
) -> DockwrightError:
    boxes = ", ".join(str(host.name) for host in by_host)
    if having:
        left = ", ".join(str(host.name) for host in having)
        return DockwrightError(
            f"leaf {leaf}: runs on none of {boxes}; it left logs on {left}: --all shows them"
        )
    known = sorted({name for logged in by_host.values() for name in logged.leaves})
    close = get_close_matches(leaf, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"leaves: {', '.join(known) or 'none'}"
    return DockwrightError(f"leaf {leaf}: no logs of it on {boxes}; {hint}")
