"""Images and files that a run is going to change: what hangs on one is known after it.

It counts while pyinfra prepares, or a plan asks; while it executes, they are there.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.box.this_run import PerRun
from dockwright.errors import Awaited

ENGINE = "the engine"  # there and running
RESTART = "the engine's restart"  # by what is done before
LOGS = "the engine's logging driver"  # whether it keeps a copy of what containers say
OF_ENGINE = frozenset({ENGINE, RESTART, LOGS})
# each a place, and what is going to change there
_expected: PerRun[set[tuple[str, str]]] = PerRun(set)


def expect(place: str, things: Iterable[str]) -> None:
    """Take note that ``things`` are going to change in ``place``.

    Args:
        place: a box's name, or a registry as ``host[:port][/path]``.
        things: names of images, absolute paths of files, ENGINE or LOGS.

    Example::

        expect("docker", ["zenweb"])
    """
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    if not run.is_executing:
        _expected.of(run).update((place, thing) for thing in things)


def is_changing(place: str, things: Iterable[str]) -> bool:
    """Whether one of ``things`` is going to change in ``place``.

    Args:
        place: a box's name, or a registry as ``host[:port][/path]``.
        things: names of images, absolute paths of files, ENGINE or LOGS.

    Example::

        is_changing("docker", ["zenweb"])  # False
    """
    return not changing(place).isdisjoint(things)


def changing(place: str) -> frozenset[str]:
    """All that is going to change in ``place``.

    Args:
        place: a box's name, or a registry as ``host[:port][/path]``.

    Example::

        changing("docker")  # frozenset({'zenweb'})
    """
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    noted = set() if run.is_executing else _expected.of(run)
    return frozenset(thing for where, thing in noted if where == place)


def check_settled(place: str, things: Iterable[str], then: str | None = None) -> None:
    """Nothing, where ``things`` stay in ``place`` what they are.

    Args:
        place: a box's name, or a registry as ``host[:port][/path]``.
        things: names of images, absolute paths of files, ENGINE or LOGS.
        then: another place, which has from this one those that change.

    Raises:
        Awaited: some of them are going to change there before it is this operation's turn.

    Example::

        check_settled("docker", ["zenweb"])
    """
    noted = changing(place)
    awaited = [thing for thing in things if thing in noted]
    if awaited:
        if then is not None:
            expect(then, awaited)
        raise Awaited(f"waits for {', '.join(awaited)} on {place}")
