"""The entries of an image's folder that its `.dockerignore` leaves, as they are on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from dockwright.chain.context import ContextEntry
from dockwright.chain.dialect import Dialect
from dockwright.chain.ignore import Met, Rule, entered_before_23, ignored_before_23, step
from dockwright.errors import DockwrightError


class Context:
    """A folder walked: ``entries`` by path, and whether an ``old`` builder is sent others.

    Folders that are left out are not looked into, unless a rule brings something back.

    Raises:
        DockwrightError: something in it can't be sent.
        OSError: a folder in it can't be read.

    Example::

        Context("images/web", (), NEWEST).entries
    """

    def __init__(self, folder: str, lines: Sequence[Rule], dialect: Dialect) -> None:
        self._lines, self._old_way = lines, dialect.asks_parents_again
        self._brings_back = any(rule.brings_back for rule in lines)
        self.old_differs = False
        entries = self._walked(os.fsencode(folder))
        self.entries = tuple(sorted(entries, key=lambda entry: entry.path))

    def _walked(self, top: bytes) -> Iterator[ContextEntry]:
        waiting: list[tuple[bytes, str, Met | None, bool]] = [(top, "", None, True)]
        while waiting:
            # names are read as bytes, since str ones hang on the locale
            folder, above, met_above, entered = waiting.pop()
            with os.scandir(folder) as scanned:
                children = list(scanned)
            for child in children:
                path = f"{above}{_name(child.name)}"
                out, met = step(path, met_above, self._lines)
                is_folder, enters = child.is_dir(follow_symlinks=False), entered
                if self._brings_back:
                    old = not entered or ignored_before_23(path, self._lines)
                    enters = entered and (not old or entered_before_23(path, self._lines))
                    self.old_differs |= old != out
                    out = old if self._old_way else out
                if is_folder:
                    if not out:
                        yield ContextEntry(path, "folder")
                    if not out or self._brings_back:
                        waiting.append((child.path, f"{path}/", met, enters))
                elif not out and (entry := _entry(child, path)) is not None:
                    yield entry


def _entry(child: os.DirEntry[bytes], path: str) -> ContextEntry | None:
    if child.is_symlink():
        target = os.readlink(child.path)  # noqa: PTH115  Path would normalise it
        return ContextEntry(path, "link", target=_name(target))
    known = child.stat()
    if stat.S_ISSOCK(known.st_mode):
        return None  # no builder sends one
    if not stat.S_ISREG(known.st_mode):
        raise DockwrightError(
            f"{os.fsdecode(child.path)}: no file, folder or link; an engine can't be sent it: "
            "remove it, or name it in .dockerignore"
        )
    executable = bool(known.st_mode & 0o100)
    return ContextEntry(
        path, "file", executable=executable, file=os.fsdecode(child.path), size=known.st_size
    )


def _name(written: bytes) -> str:
    return written.decode("utf-8", "surrogateescape")
