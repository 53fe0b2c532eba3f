"""What took how long in a run, for its timeline: operations, and what they consist of.

Noted by what pulls, builds, pushes and switches, and by apply for each operation; drawn by
`dockwright.picture.timeline`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.this_run import PerRun
from dockwright.picture.timeline import Bar, Kind, Outcome

_bars: PerRun[list[Bar]] = PerRun(list)


@contextmanager
def bar(host: Host, kind: Kind, what: str) -> Iterator[None]:
    """Note how long a block takes, and whether it raises.

    Args:
        host: the box that it is about.
        kind: such as ``"pull"``.
        what: the image or leaf.

    Example::

        with bar(host, "pull", "zenweb"):
            transfer.pull(engine, repository, digest, login)
    """
    began = time.monotonic()
    outcome: Outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        note_bar(host, kind, what, began, outcome)


def note_bar(
    host: Host,
    kind: Kind,
    what: str,
    began: float,
    outcome: Outcome,
    ended: float | None = None,
) -> None:
    """Note what began at ``began``, by ``time.monotonic()``, and ended at ``ended``, or ends now.

    Example::

        note_bar(host, "image", "zenweb", began, "done")
    """
    end = time.monotonic() if ended is None else ended
    made = Bar(str(host.name), what, kind, began, end, outcome)
    _bars.of(host.state).append(made)


def bars_of(run: State) -> list[Bar]:
    """All that was noted in ``run``.

    Example::

        bars_of(state)  # [Bar(box='docker', what='zenweb', kind='pull', …)]
    """
    return list(_bars.of(run))
