"""How much a box's journal may have."""

from __future__ import annotations

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands, operation
from dockwright.commands.script import Script
from dockwright.commands.write import Write
from dockwright.errors import DockwrightError
from dockwright.facts.journal import Journal
from dockwright.places import JOURNAL
from dockwright.ways_out import WayOut, way_out

# what is beyond the bound goes at once; what is written meanwhile waits
_TAKEN = """set -eu
systemctl restart systemd-journald
[ -z "$1" ] || journalctl --quiet --rotate --vacuum-size="$1"
"""


@operation()
def bound(gib: float | None = None) -> Commands:
    """Have the journal take ``gib`` GiB of the disk at the most; the oldest of it goes.

    Args:
        gib: above 0; None: our bound goes, and journald has its own, 10 percent of the disk.

    Raises:
        OperationError: not above 0, or the box has no journald.

    Example::

        journal.bound(2)
    """
    if gib is not None and gib <= 0:
        raise DockwrightError(f"journal: {gib:g} GiB: give more than 0, such as 2")
    on_box = host.get_fact(Journal)
    if gib is None:
        if on_box.text is None:
            host.noop("the journal has the bound that the box gives it")
            return
        log.changes(host, [Change("-", JOURNAL, ("the journal's bound is the box's",))])
        yield StringCommand("rm -f", QuoteString(JOURNAL))
        yield Script("journald takes its bound", _TAKEN, "")
        return
    if not on_box.journald:
        raise DockwrightError(
            f"box {host.name}: has no journald, and logs that logrotate turns; "
            f"{way_out(WayOut.NO_JOURNAL)}"
        )
    most = f"{max(int(gib * 1024), 1)}M"
    text = f"# Written by Dockwright.\n[Journal]\nSystemMaxUse={most}\nRuntimeMaxUse={most}\n"
    if on_box.text is not None and on_box.text.strip() == text.strip():
        host.noop(f"the journal has {gib:g} GiB at the most")
        return
    sign: Sign = "+" if on_box.text is None else "~"
    log.changes(host, [Change(sign, JOURNAL, (f"{gib:g} GiB at the most",))])
    yield StringCommand("mkdir -p", QuoteString(JOURNAL.rpartition("/")[0]))
    yield Write(JOURNAL, text)
    yield Script("journald takes its bound", _TAKEN, most)
