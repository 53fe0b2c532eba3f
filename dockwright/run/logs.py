"""What a leaf's containers said, from the boxes that run it or ran it once."""

from __future__ import annotations

from contextlib import ExitStack
from difflib import get_close_matches

from pyinfra.api.host import Host

from dockwright.box.privilege import as_root
from dockwright.errors import DockwrightError
from dockwright.facts.logs import Logged, LoggedLeaves
from dockwright.inits.init import INITS
from dockwright.run.inventory import connected, find, load
from dockwright.run.stream import stream
from dockwright.terminal import echo


def logs(leaf: str, *, box: str | None, inventory: str | None, lines: int, follow: bool) -> None:
    """Show them on standard output, one box after the other.

    Args:
        leaf: its name.
        box: one box; None for every one that has logs of the leaf.
        inventory: as for `dockwright.run.inventory.load`.
        lines: the last ones, of each box.
        follow: go on with what they say from now on, until interrupted; from one box only.

    Raises:
        DockwrightError: no box has logs of the leaf, or several are to be followed.

    Example:
        >>> logs("zenweb", box=None, inventory=None, lines=100, follow=False)  # doctest: +SKIP
    """
    with load(inventory) as loaded, ExitStack() as connections:
        asked = [find(loaded, box)] if box else list(loaded)
        found: dict[Host, LoggedLeaves] = {}
        unreached: DockwrightError | None = None
        for host in asked:
            try:
                connections.enter_context(connected(host))
            except DockwrightError as error:
                echo(f"warning: {error}", err=True)
                unreached = error
                continue
            found[host] = host.get_fact(Logged, **as_root(host))
        if unreached and not found:
            raise unreached
        having = [host for host, told in found.items() if leaf in told.leaves]
        if not having:
            raise _unknown(leaf, found)
        if follow and len(having) > 1:
            names = ", ".join(str(host.name) for host in having)
            raise DockwrightError(f"leaf {leaf}: on boxes {names}; follow one of them with --box")
        for host in having:
            if len(having) > 1:
                echo(f"==> {host.name} <==")
            kind = INITS[found[host].init or ""]
            stream(host, kind.logs(leaf, lines, follow), f"the logs of {leaf}")


def _unknown(leaf: str, found: dict[Host, LoggedLeaves]) -> DockwrightError:
    known = sorted({name for told in found.values() for name in told.leaves})
    boxes = ", ".join(str(host.name) for host in found)
    close = get_close_matches(leaf, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"leaves: {', '.join(known) or 'none'}"
    return DockwrightError(f"leaf {leaf}: no logs of it on {boxes}; {hint}")
