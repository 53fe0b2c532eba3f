"""Images that a run is going to change: of what hangs on one of them, a plan can't know yet.

It counts while pyinfra prepares, or a plan asks; while it executes, the images are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from pyinfra.api.state import State
from pyinfra.context import ctx_state

from dockwright.errors import NotReady

_expected: WeakKeyDictionary[State, set[tuple[str, str]]] = WeakKeyDictionary()


def expect(place: str, images: Iterable[str]) -> None:
    """Take note that ``images`` are going to be others in ``place``, a box or a registry.

    Example:
        >>> expect("docker", ["zenweb"])  # doctest: +SKIP
    """
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    if not run.is_executing:
        _expected.setdefault(run, set()).update((place, image) for image in images)


def check_settled(place: str, images: Iterable[str], then: str | None = None) -> None:
    """Nothing, where ``images`` stay in ``place`` what they are.

    Args:
        place: a box or a registry.
        images: their names.
        then: another place, which has from this one those that change.

    Raises:
        NotReady: some of them are going to change there before it is this operation's turn.

    Example:
        >>> check_settled("docker", ["zenweb"])  # doctest: +SKIP
    """
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    changing = [] if run.is_executing else _expected.get(run, set())
    awaited = [image for image in images if (place, image) in changing]
    if awaited:
        if then is not None:
            expect(then, awaited)
        raise NotReady(f"{', '.join(awaited)} on {place}: changes first")
