"""Figures of a box's answers, read from the words that programs have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dockwright.backup.snapshots import summary
from dockwright.box.fact import SHAPE
from dockwright.status.read import RecordedBackup, Tended
from dockwright.text import line

# of docker's client: 10^3 each
_UNITS = ("B", "kB", "MB", "GB", "TB")
_SIZE = re.compile(rf"([0-9]+(?:\.[0-9]+)?)({'|'.join(_UNITS)})")


def octets(text: str) -> int | None:
    """The bytes of a size as docker's client prints it; None of what is none.

    Example:
        >>> octets("1.5GB"), octets("0B"), octets("")
        (1500000000, 0, None)
    """
    match = _SIZE.fullmatch(text)
    return None if match is None else int(float(match[1]) * 1000 ** _UNITS.index(match[2]))


def tended(text: str) -> Tended | None:
    """What a file says of the last collection, or verification: ``EPOCH done N``.

    Example:
        >>> tended("1796023200 done 4096")
        Tended(at=1796023200.0, number=4096, why='')
        >>> tended("1796023200 failed it does not run").why, tended("")
        ('it does not run', None)
    """
    at, _, rest = text.partition(" ")
    word, _, rest = rest.partition(" ")
    if not at.isdecimal():
        return None
    if word == "done" and rest.isdecimal():
        return Tended(float(at), int(rest))
    return Tended(float(at), None, line(rest, 200) or "its file can't be read")


def recorded_backups(said: Mapping[str, Sequence[str]]) -> tuple[RecordedBackup, ...]:
    """The last backups that a box remembers, and when each was tried.

    Args:
        said: what the box said, by its first word: ``backup.PART`` has a moment and restic's
            summary, ``drill.PART`` a moment.

    Example:
        >>> recorded_backups({"drill.wiki": ["2026-11-30T07:00:00Z"]})[0].drilled
        '2026-11-30T07:00:00Z'
    """
    made: dict[str, RecordedBackup] = {}
    for key, lines in said.items():
        what, dot, part = key.partition(".")
        if not dot or what not in ("backup", "drill"):
            continue
        at, _, told = lines[0].partition(" ")
        one = made.get(part, RecordedBackup(part))
        if what == "drill":
            made[part] = replace(one, drilled=at)
            continue
        try:
            its = summary(told)
            made[part] = replace(one, at=at, files=its.files, size=its.size)
        except SHAPE:
            made[part] = replace(one, at=at)
    return tuple(made.values())
