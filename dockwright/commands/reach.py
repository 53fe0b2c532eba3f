"""What is said to a box about what a leaf may reach: load its rules, or take all of it away.

Who says it: `dockwright.operations.boot`, and `dockwright.switching.former` on the way back.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyinfra.api import QuoteString, StringCommand

from dockwright.boot.reach import network_name
from dockwright.commands.script import Script
from dockwright.inits.reach_file import bridge, chain, leaf_of_path
from dockwright.scripts import text

_AWAY = "\n" + text("reach/functions") + text("reach/away")


def load(path: str) -> StringCommand:
    """The command that makes the network and loads the rules of a leaf's file at ``path``.

    Example:
        >>> str(load("/etc/dockwright/reach/web.reach"))
        'sh /etc/dockwright/reach/web.reach'
    """
    return StringCommand("sh", QuoteString(path))


def away(path: str) -> Script:
    """The command that takes away what the file at ``path`` made, and that file.

    The leaf's containers are out of its network by then.

    Example:
        >>> away("/etc/dockwright/reach/web.reach")
        Script(web: its network and rules go)
    """
    leaf = leaf_of_path(path) or ""
    its = (network_name(leaf), bridge(leaf), chain(leaf), leaf)
    return Script(f"{leaf}: its network and rules go", _AWAY, path, *its)


def of_leaves(paths: Iterable[str]) -> tuple[str, ...]:
    """Those of ``paths`` that are files of what a leaf may reach.

    Example:
        >>> of_leaves(["/etc/hosts", "/etc/dockwright/reach/web.reach"])
        ('/etc/dockwright/reach/web.reach',)
    """
    return tuple(path for path in paths if leaf_of_path(path) is not None)
