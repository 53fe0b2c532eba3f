"""What the operations on a registry write: files and folders by the table of places."""

from __future__ import annotations

from collections.abc import Sequence

from pyinfra import host
from pyinfra.api import QuoteString, StringCommand

from dockwright.box import log
from dockwright.box.change import Change, Sign
from dockwright.commands.declare import Commands
from dockwright.commands.write import Write
from dockwright.facts.registry import Files
from dockwright.registry import places

FOLDERS = (places.HOME, places.AUTHORITY, places.SETTINGS, places.DATA, places.CATALOGUE,
           places.CATALOGUE_DATA)  # fmt: skip


def file(path: str, text: str) -> Write:
    mode, owner = places.MODES[path].split()
    whole = text if text.endswith("\n") else f"{text}\n"
    return Write(path, whole, mode=int(mode, 8), owner=owner)


def put_right(paths: Sequence[str], found: Files) -> Commands:
    for path in paths:
        mode, owner = places.MODES[path].split()
        sign: Sign = "~" if path in found.modes else "+"
        log.changes(host, [Change(sign, path, (f"mode and owner → {mode} {owner}",))])
        if path in FOLDERS:
            yield StringCommand("mkdir", "-p", QuoteString(path))
        yield StringCommand("chown", owner, QuoteString(path))
        yield StringCommand("chmod", mode, QuoteString(path))
