"""A chain as an operation of images is given it, read as the builder of its box reads it."""

from __future__ import annotations

from typing import Any

from pyinfra import host

from dockwright.chain.declared import Chain, declared
from dockwright.errors import DockwrightError
from dockwright.facts.builders import dialect_on


def on_this_box(path: str | Chain, **how: Any) -> Chain:
    """The chain that ``path`` is or has; the box is asked where its builder could matter.

    Args:
        path: a folder, or a chain that was declared.
        how: for a folder, the arguments of `dockwright.chain.declared.declared`.

    Raises:
        DockwrightError: no such folder; or a chain was given, and build arguments besides.
    """
    if isinstance(path, Chain):
        if how.get("args") or how.get("platform"):
            raise DockwrightError(
                f"chain {path.path}: declared, and given args or platform besides; give them to "
                "`declared`"
            )
        made = path
    else:
        made = declared(path, **how)
    # most trees mean the same to every builder
    return made.read_by(dialect_on(host, made.builder)) if made.hangs_on else made
