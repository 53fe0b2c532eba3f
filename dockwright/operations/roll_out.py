"""Roll-outs: how many boxes switch a leaf at once, and that none does after one failed.

pyinfra runs an operation on all boxes and counts failures behind it, with ``_serial`` too (tried
with 3.10), so who may go on is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from gevent.lock import BoundedSemaphore
from pyinfra.api.state import State

from dockwright.errors import DockwrightError


class RollOut:
    """The boxes that switch one leaf in one run."""

    def __init__(self, at_once: int) -> None:
        if at_once < 1:
            raise DockwrightError(f"at_once {at_once}: no number of boxes; give 1 or more")
        self._places = BoundedSemaphore(at_once)
        self._failed: str | None = None

    @contextmanager
    def turn(self, leaf: str, box: str, failed: Collection[str] = ()) -> Iterator[None]:
        """Wait for a place, and leave it; whatever is raised within stops the boxes behind.

        Args:
            leaf: what is switched.
            box: whose turn it is.
            failed: boxes that failed in this run before any turn, at a pull for instance.

        Raises:
            DockwrightError: another box failed before this one began.

        Example:
            >>> with RollOut(1).turn("zenweb", "docker"):
            ...     pass
        """
        with self._places:
            if self._failed is not None or failed:
                raise DockwrightError(
                    f"{leaf}: its roll-out stopped when box {self._failed or min(failed)} failed; "
                    f"box {box} "
                    "keeps what it has: mend that one, then run again"
                )
            try:
                yield
            except BaseException:
                self._failed = box
                raise


_of_a_run: WeakKeyDictionary[State, dict[str, RollOut]] = WeakKeyDictionary()


def roll_out(run: State, leaf: str, at_once: int) -> RollOut:
    """The roll-out of ``leaf`` in this run of pyinfra; the first box to ask says how many at once.

    Example:
        >>> roll_out(state, "zenweb", 1)  # doctest: +SKIP
    """
    return _of_a_run.setdefault(run, {}).setdefault(leaf, RollOut(at_once))
