"""File systems of a box as values: how much is left of each, and which one has run full; pure.

The fact `dockwright.facts.room.Room` reads them, `dockwright.operations.engine.room` tells of them,
and `dockwright.commands.no_room` names the one on which something failed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dockwright.value import Value

GIB = 1 << 30
# What programs say who could not write: errno's words (ENOSPC, EDQUOT), apt's, and Go's names.
_NO_ROOM = re.compile(
    r"no space left on device|disk quota exceeded|not enough free space|ENOSPC|EDQUOT",
    re.IGNORECASE,
)
_AT = re.compile(r"(/[^\s:'\"]+)['\"]?:? ?\(?(?:no space left|disk quota)", re.IGNORECASE)
# A pull of a chain of images makes some ten thousand files.
_MANY_INODES = 100_000
_EXHAUSTED = 0.01


@dataclass(frozen=True)
class FileSystem(Value):
    """A file system by its ``mount`` point; sizes in bytes, as whoever is not root may use them.

    ``inodes`` is 0 where it has no fixed number of them. ``engine`` tells the one with the data of
    the box's engine.
    """

    mount: str
    type: str  # such as ext4
    size: int  # in bytes, what is used among them
    free: int  # in bytes
    inodes: int
    free_inodes: int  # how many more files it takes
    engine: bool = False

    @property
    def blocks_left(self) -> float:
        """The part of its blocks that is free, from 0 to 1."""
        return self.free / self.size if self.size else 1.0

    @property
    def inodes_left(self) -> float:
        """The part of its inodes that is free, from 0 to 1."""
        return self.free_inodes / self.inodes if self.inodes else 1.0

    @property
    def left(self) -> float:
        """The part that is free of what is scarcer."""
        return min(self.blocks_left, self.inodes_left)

    def is_low(self, percent: float, gib: float) -> bool:
        """Whether less than ``percent`` is left, and less than ``gib`` GiB or of inodes few.

        Example:
            >>> FileSystem("/", "ext4", 100 * GIB, 8 * GIB, 0, 0).is_low(10, 5)
            False
            >>> FileSystem("/", "ext4", 10 * GIB, GIB // 2, 0, 0).is_low(10, 5)
            True
        """
        blocks = self.blocks_left * 100 < percent and self.free < gib * GIB
        inodes = self.inodes_left * 100 < percent and self.free_inodes < _MANY_INODES
        return blocks or inodes

    def __str__(self) -> str:
        """What is left of it, the scarcer first: ``/srv (ext4): 3 MiB of 9.8 GiB left, …``."""
        parts = [f"{_bytes(self.free)} of {_bytes(self.size)}"]
        if self.inodes:
            parts.append(f"{self.free_inodes} of {self.inodes} inodes")
        if self.inodes_left < self.blocks_left:
            parts.reverse()
        whose = ", the engine's data" if self.engine else ""
        return f"{self.mount} ({self.type}{whose}): {' and '.join(parts)} left"


def read(lines: Iterable[str], engine: str) -> tuple[FileSystem, ...]:
    """The file systems in lines of ``TYPE KIB FREE INODES FREE MOUNT``, each once, by their mounts.

    Args:
        lines: as the fact's script prints them.
        engine: where the engine's data is.

    Example:
        >>> print(read(["tmpfs 98304 0 500 20 /var/lib/docker"], "/var/lib/docker")[0])
        /var/lib/docker (tmpfs, the engine's data): 0 B of 96 MiB and 20 of 500 inodes left
    """
    by_mount = {}
    for line in lines:
        fs_type, size, free, inodes, free_inodes, mount = line.split(None, 5)
        by_mount[mount] = FileSystem(
            mount, fs_type, _number(size) << 10, _number(free) << 10,
            _number(inodes), _number(free_inodes),
        )  # fmt: skip
    at = mount_of(engine, by_mount)
    return tuple(
        FileSystem(**{**vars(one), "engine": one.mount == at})
        for one in sorted(by_mount.values(), key=lambda one: one.mount)
    )


def mount_of(path: str, mounts: Iterable[str]) -> str | None:
    """The one of ``mounts`` that ``path`` is on.

    Example:
        >>> mount_of("/srv/registry/x", ["/", "/srv", "/srv/reg"])
        '/srv'
    """
    above = [one for one in mounts if f"{path}/".startswith(f"{one.rstrip('/')}/")]
    return max(above, key=len, default=None)


def says_no_room(text: str) -> bool:
    """Whether ``text`` is the error of something that could not be written for want of room.

    Example:
        >>> says_no_room("write /big: no space left on device")
        True
    """
    return _NO_ROOM.search(text) is not None


def full_one(systems: Sequence[FileSystem], text: str, engine: bool = False) -> FileSystem | None:
    """The one of ``systems`` that ``text``, an error, is about; None where there are none.

    One that has nothing left; else that of the path in the error, as what failed may be taken
    away again by now. An engine's paths may be within an image: its own data is meant then.

    Args:
        systems: those of the box.
        text: the error.
        engine: whether an engine says so.

    Example:
        >>> full_one([], "no space left on device") is None
        True
    """
    scarcest = min(systems, key=lambda one: one.left, default=None)
    if scarcest is None or scarcest.left < _EXHAUSTED:
        return scarcest
    by_mount = {one.mount: one for one in systems}
    at = mount_of(match[1], by_mount) if (match := _AT.search(text)) else None
    if at is not None and (at != "/" or not engine):
        return by_mount[at]
    return next((one for one in systems if one.engine), scarcest) if engine else scarcest


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _bytes(number: int) -> str:
    size = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError
