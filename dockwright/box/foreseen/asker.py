"""For whom a greenlet asks a box: for the box's own operations, for other boxes, or by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.local import local


class _Greenlet(local):  # type: ignore[misc]  # gevent has no types
    """How often a greenlet is within each of both."""

    alone = 0
    for_others = 0


_here = _Greenlet()


@contextmanager
def alone() -> Iterator[None]:
    """Have what this greenlet asks within asked of the box, whatever was foreseen.

    Example:
        >>> with alone():
        ...     is_alone()
        True
    """
    _here.alone += 1
    try:
        yield
    finally:
        _here.alone -= 1


@contextmanager
def for_others() -> Iterator[None]:
    """Have what this greenlet asks within be what other boxes ask about one.

    They and the box's own operations come to the same answer by ways of their own: neither has to
    ask again what the other was told.

    Example:
        >>> with for_others():
        ...     is_for_others()
        True
    """
    _here.for_others += 1
    try:
        yield
    finally:
        _here.for_others -= 1


def is_alone() -> bool:
    """Whether this greenlet is within `alone`."""
    return bool(_here.alone)


def is_for_others() -> bool:
    """Whether this greenlet is within `for_others`."""
    return bool(_here.for_others)
