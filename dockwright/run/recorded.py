"""The record of what a command does on one box by itself, without a deploy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyinfra.api.host import Host

from dockwright.box.record import Begun, RunOutcome, write


@contextmanager
def recorded(host: Host, what: str, say: Callable[[str], None]) -> Iterator[None]:
    """Leave a line in the box's record of runs, whether ``what`` is done, fails or is broken off.

    Args:
        host: the box, connected and locked.
        what: such as ``rollback of zenweb``.
        say: told where the record can't be written.

    Example::

        with recorded(host, "rollback of zenweb", print):
            put_back(host)
    """
    # of no commit: what it does is not what one of the site declares
    begun = Begun(what, "")
    became = RunOutcome((), (what,))
    try:
        yield
        became = RunOutcome((what,), ())
    except KeyboardInterrupt:
        became = RunOutcome((), (), what)
        raise
    finally:
        if (trouble := write(host, begun.record(became))) is not None:
            say(trouble)
