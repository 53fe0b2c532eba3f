"""What boxes and their versions are called, and how versions are ordered: as RubyGems does."""

from __future__ import annotations

import re
from itertools import dropwhile

from dockwright.errors import DockwrightError, shown

_WORD = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_NAME = re.compile(rf"{_WORD}/{_WORD}")
# Vagrant takes no other: numbers, and words for what comes before a release
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}|\.[A-Za-z][A-Za-z0-9]{0,15}){0,5}")
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+")


def check_name(name: str) -> None:
    """Refuse what a box can't be called.

    Raises:
        DockwrightError: it is not two words with a slash between them.

    Example:
        >>> check_name("site/docker")
    """
    if not _NAME.fullmatch(name):
        raise DockwrightError(
            f"--name {shown(name)}: no name of a box; write OWNER/BOX, such as site/docker, of "
            "letters, digits, . _ and -"
        )


def check_version(version: str) -> None:
    """Refuse what Vagrant can't order.

    Raises:
        DockwrightError: it is no version.

    Example:
        >>> check_version("1.2.0")
    """
    if not _VERSION.fullmatch(version):
        raise DockwrightError(
            f"--version {shown(version)}: no version; write numbers with dots between, such as "
            "1.2.0, or 1.2.0.rc1 for one that comes before it"
        )


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """What versions are sorted by; that of two is the same where Vagrant takes them for one.

    Example:
        >>> sorted(["1.10", "1.9", "1.10.rc1"], key=order)
        ['1.9', '1.10.rc1', '1.10']
        >>> order("1.2") == order("1.2.0")
        True
    """
    parts = [
        (1, int(part), "") if part.isdigit() else (-1, 0, part)
        for part in _SEGMENT.findall(version)
    ]
    # of 1.0.rc1 the zero before the word counts for nothing, as RubyGems has it
    word = next((at for at, part in enumerate(parts) if part[0] < 0), len(parts))
    nothing = (1, 0, "")
    trimmed = [
        *reversed([*dropwhile(lambda part: part == nothing, reversed(parts[:word]))]),
        *reversed([*dropwhile(lambda part: part == nothing, reversed(parts[word:]))]),
    ]
    # behind the last part nothing follows, which is more than a word and less than a number
    return (*trimmed, (0, 0, ""))
