"""What restic is told, as words of its command line; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SPECIAL = re.compile(r"([\\*?\[])")


def keep(of: Mapping[Any, int]) -> list[str]:
    """The options of ``restic forget`` for how many snapshots are kept.

    Example:
        >>> keep({"daily": 7, "last": 3})
        ['--keep-daily', '7', '--keep-last', '3']
    """
    return [word for name, number in of.items() for word in (f"--keep-{name}", str(number))]


def pattern(path: str) -> str:
    """A path as restic's patterns have it, so that it means itself alone.

    Example:
        >>> pattern("/srv/a*b")
        '/srv/a\\\\*b'
    """
    return _SPECIAL.sub(r"\\\1", path)
