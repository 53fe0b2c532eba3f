"""Errors of what could not be written for want of room: which file system of which box it was.

Whatever executes calls `explained` with the error that it is about to tell.
"""

from __future__ import annotations

from pyinfra.api.host import Host

from dockwright.box.fact import fact_of
from dockwright.box.file_system import full_one, says_no_room
from dockwright.box.other_host import from_host
from dockwright.box.privilege import as_root
from dockwright.errors import DockwrightError
from dockwright.facts.room import Room

_BELOW = 0.05  # of a registry's, whose error has no words for it


def explained(host: Host, text: str, engine: bool = False) -> str:
    """``text`` with the file system that has no room in front of it, where that is why.

    Args:
        host: the box where it failed.
        text: the error.
        engine: whether the box's engine says so.

    Example::

        explained(host, "write /x: no space left on device")
        # 'box web1: no room on / (ext4): 0 B of 20 GiB and … left; …: write /x: no space …'
    """
    if not says_no_room(text) or ": no room on " in text:
        return text
    try:
        systems = fact_of(host, Room, **as_root(host))
    except DockwrightError:
        return text  # what failed is told all the same
    full = full_one(systems, text, engine)
    if full is None:
        return text
    plain = text.removeprefix(f"box {host.name}: ")
    return f"box {host.name}: no room on {full}; make room there, and run it again: {plain}"


def registry_explained(keeper: str | None, text: str) -> str:
    """The same of a push that failed, which may be for want of room on the registry's box.

    Args:
        keeper: the box, as the inventory names it; None where it is none of ours.
        text: the error.

    Example::

        registry_explained("registry", "push web:latest: 500 Internal Server Error")
    """
    if keeper is None:
        return text
    try:
        systems = from_host(keeper, Room)
    except DockwrightError:
        return text
    full = min(systems, key=lambda one: one.left, default=None)
    if full is None or full.left > _BELOW:
        return text
    return f"box {keeper}: no room on {full}; make room there, and run it again: {text}"
