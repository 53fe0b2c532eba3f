"""Several questions to one box or registry at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import gevent
from gevent.pool import Pool

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(function: Callable[[A], B], items: Iterable[A], at_once: int) -> list[B]:
    """``function`` of each of ``items``, in their order; the first error once all have ended.

    Args:
        function: asks, and waits; it may raise.
        items: what it is given.
        at_once: how many of them at the same time.

    Example:
        >>> side_by_side(abs, [-1, 2], at_once=2)
        [1, 2]
    """

    def caught(item: A) -> tuple[list[B], Exception | None]:
        # gevent prints a traceback for whatever leaves a greenlet
        try:
            return [function(item)], None
        except Exception as error:  # noqa: BLE001  raised again below
            return [], error

    ended = Pool(at_once).map(caught, items)
    for _, error in ended:
        if error is not None:
            raise error
    return [value for values, _ in ended for value in values]


@contextmanager
def beside(function: Callable[[], A]) -> Iterator[Callable[[], A]]:
    """``function`` begun beside what is done within, and ended with it where nobody waited for it.

    Args:
        function: is called in a greenlet, which has no current box and run.

    Yields:
        What waits for its value, or its error.

    Example:
        >>> with beside(lambda: "two") as value:
        ...     (1, value())
        (1, 'two')
    """

    def caught() -> tuple[list[A], Exception | None]:
        # gevent prints a traceback for whatever leaves a greenlet
        try:
            return [function()], None
        except Exception as error:  # noqa: BLE001  raised again below
            return [], error

    begun = gevent.spawn(caught)

    def value() -> A:
        values: list[A]
        values, error = begun.get()
        if error is not None:
            raise error
        return values[0]

    try:
        yield value
    finally:
        begun.kill()
