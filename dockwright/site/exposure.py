"""Whether others than root could have read a secret, by modes and owners as `stat` prints them.

What was open may be known for good: to close it is not enough. A file that all may read was
still closed in a folder that only root may enter; one that others may write into lets them put
a secret of theirs in the place of ours. Modes of former days are not known: it is judged by the
present ones, of the file and of its own folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_ROOT = ("0", "root")
_ACCESS = re.compile(r"(?P<mode>[0-7]{1,4})[ :](?P<owner>[^ :]+):(?P<group>[^ :]+)")


def exposed(file: str | None, folder: str | None = None, groups: Collection[str] = ()) -> bool:
    """Whether others could have read or replaced a file; False where there is none.

    Args:
        file: mode, owner and group: ``644 0:0`` or ``644:root:root``.
        folder: the same of its folder; None where that is not known, and so keeps nobody out.
        groups: groups besides root's that may read it.

    Example:
        >>> exposed("644 0:0", "755 0:0"), exposed("644 0:0", "700 0:0"), exposed("600 0:0")
        (True, False, False)
        >>> exposed("640 0:5000", "750 0:5000"), exposed("640 0:5000", groups=["5000"])
        (True, False)
    """
    if not file or not _ACCESS.fullmatch(file):
        return False
    if folder is None or not _ACCESS.fullmatch(folder):
        return _for_others(file, groups) & 0o6 != 0
    ways = _for_others(folder, groups)
    # in a folder like /tmp only who owns a file may replace it
    sticky = int(_ACCESS.fullmatch(folder)["mode"], 8) & 0o1000  # type: ignore[index]
    replaceable = ways & 0o3 == 0o3 and not sticky
    return replaceable or bool(ways & 0o1 and _for_others(file, groups) & 0o6)


def _for_others(access: str, groups: Collection[str]) -> int:
    """The bits (4 read, 2 write, 1 execute) that anybody has who is not to have them."""
    match = _ACCESS.fullmatch(access)
    if match is None:
        return 0
    mode = int(match["mode"], 8)
    ways = mode & 0o7
    if match["group"] not in (*_ROOT, *groups):
        ways |= mode >> 3 & 0o7
    # an owner may change the mode
    return ways if match["owner"] in _ROOT else 0o7
