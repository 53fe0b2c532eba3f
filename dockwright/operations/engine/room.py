"""Whether a box has room left, for its engine and for us; it changes nothing, and is no drift."""

from __future__ import annotations

from pyinfra import host

from dockwright.box import log
from dockwright.box.this_run import this_run
from dockwright.commands.declare import Commands, operation
from dockwright.errors import DockwrightError
from dockwright.facts.room import Room


@operation()
def room(percent: float = 10, gib: float = 5) -> Commands:
    """Tell of file systems that have little left: of blocks, or of inodes.

    One is told of that has less than ``percent`` left and less than ``gib`` GiB: a small one may
    have enough with less, a large one with few percent. A plan has it among its notes.

    Args:
        percent: of its blocks, or of its inodes.
        gib: room enough, however large it is.

    Raises:
        OperationError: no percent, or a negative number.

    Example::

        engine.room(percent=5, gib=2)
    """
    if not 0 <= percent <= 100 or gib < 0:
        raise DockwrightError(
            f"room: {percent:g} percent, {gib:g} GiB: give 0 to 100, and 0 or more"
        )
    low = [one for one in host.get_fact(Room) if one.is_low(percent, gib)]
    for one in low:
        way = "`docker system df` there tells of what" if one.engine else "see what fills it"
        line = f"box {host.name}: little room on {one}; {way}, or give it more"
        if host.state.is_executing:
            log.warning(host, line)
        else:
            this_run(host.state).reminders.append(line)
    host.noop(f"little room on {', '.join(one.mount for one in low)}" if low else "room enough")
    yield from ()
