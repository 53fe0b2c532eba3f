"""Whether anything has begun since that may change a box: by it an answer is known to be a new one.

What is counted, over all boxes and in the whole process, is each command of an operation, each
program and session that is no question of ours, each file on its way, and each program that this
machine itself starts, which may be an `ssh` to a box. Whoever keeps an answer has a `Mark` of when
he asked, and asks again once it holds no more. What is known to only read is excepted by
`harmless`, in its own greenlet.

Marked here: `box.remembered` (operations), `box.process`, `box.session`, `box.stream`'s workers,
`box.channels` and `box.idle` (sessions and files of pyinfra's).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gevent.local import local

# Python's names for a program that begins; pyinfra's own command has gevent fork.
_STARTS = frozenset(
    ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system")
)


class _Count:
    """How many have begun or ended, and how many are under way."""

    begun = 0
    under_way = 0
    listens = False


class _Greenlet(local):  # type: ignore[misc]  # gevent has no types
    """What a greenlet does is harmless for as long as this is not 0."""

    harmless = 0


_count, _here = _Count(), _Greenlet()


@dataclass(frozen=True)
class Mark:
    """A moment at which nothing was under way."""

    begun: int

    def holds(self) -> bool:
        """Whether nothing has begun since.

        Example:
            >>> made = mark()
            >>> made.holds()
            True
            >>> begins()
            >>> made.holds()
            False
        """
        return _count.begun == self.begun


def mark() -> Mark | None:
    """This moment; None while something is under way that may change a box.

    Example:
        >>> with under_way():
        ...     mark()
        >>> mark().holds()
        True
    """
    if not _count.listens:
        # it can't be taken away again, and costs a run nothing that could be measured
        sys.addaudithook(_heard)
        _count.listens = True
    return None if _count.under_way else Mark(_count.begun)


def begins() -> None:
    """Take note that something begins that may change a box, and whose end nobody sees.

    Example:
        >>> begins()
    """
    if not _here.harmless:
        _count.begun += 1


@contextmanager
def under_way() -> Iterator[None]:
    """Take note of something that may change a box, from its beginning to its end.

    Example:
        >>> with under_way():
        ...     mark() is None
        True
    """
    if _here.harmless:
        yield
        return
    _count.begun += 1
    _count.under_way += 1
    try:
        yield
    finally:
        _count.under_way -= 1
        _count.begun += 1


@contextmanager
def harmless() -> Iterator[None]:
    """Have what this greenlet begins within not counted: it is known to change nothing of a box.

    Example:
        >>> made = mark()
        >>> with harmless():
        ...     begins()
        >>> made.holds()
        True
    """
    _here.harmless += 1
    try:
        yield
    finally:
        _here.harmless -= 1


def _heard(event: str, _: object) -> None:
    if event in _STARTS:
        begins()
