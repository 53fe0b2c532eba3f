"""What a leaf had before a switch, as files that are kept on its box.

Folders of a leaf, each with the files as they lay from / on: ``LEAF.pending`` while a switch has
not been seen to work; ``LEAF`` for `dockwright rollback` once it has, and behind it ``LEAF.2`` and
``LEAF.3``, the versions before that one.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyinfra.api import QuoteString, StringCommand

from dockwright.commands.script import Script
from dockwright.facts.boot import FORMER
from dockwright.scripts import text

_KEEP = "\n" + text("leaf/keep")


def pending(leaf: str) -> str:
    """Where the leaf's files are kept until a switch is seen to work.

    Example:
        >>> pending("zenweb")
        '/var/lib/dockwright/former/zenweb.pending'
    """
    return f"{FORMER}/{leaf}.pending"


def versions(leaf: str) -> tuple[str, ...]:
    """Where the leaf's former versions are kept, the newest first.

    Example:
        >>> versions("zenweb")[1]
        '/var/lib/dockwright/former/zenweb.2'
    """
    return (f"{FORMER}/{leaf}", f"{FORMER}/{leaf}.2", f"{FORMER}/{leaf}.3")


def keep(leaf: str, paths: Sequence[str], *, works: bool) -> Script:
    """The command that keeps ``paths`` before a switch.

    Args:
        leaf: whose they are.
        paths: absolute paths on the box.
        works: whether the leaf is up with them; if not, what an interrupted switch kept stays.

    Example::

        keep("zenweb", ["/etc/dockwright/env/zenweb.web.1.env"], works=True)
    """
    return Script(
        f"{leaf}: keep its former jobs", _KEEP, pending(leaf), "yes" if works else "no", *paths
    )


def forget(leaf: str) -> StringCommand:
    """The command that removes all that is kept of a leaf.

    Example:
        >>> str(forget("zenweb")).split()[-1]
        '/var/lib/dockwright/former/zenweb.3'
    """
    return StringCommand("rm", "-rf", *map(QuoteString, [pending(leaf), *versions(leaf)]))
