"""Roll-outs: how many boxes switch a leaf at once, and what a failure of one stops.

pyinfra runs an operation on all boxes and counts failures behind it, with ``_serial`` too (tried
with 3.10), and gives a box up at its first failure. So who may go on is decided here: a leaf that
failed on a box stops where it is, on all boxes, and so do those that come after it; other leaves
go on. A box where one failed has failed (`settled`) once all of them have had their turn. What
else is to stop nothing of its box but itself is a part of it as a leaf is (`part_of`): the images.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from gevent.lock import BoundedSemaphore
from pyinfra import host
from pyinfra.api.host import Host
from pyinfra.api.operation import OperationMeta
from pyinfra.api.state import State
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.inside.operations import key_of
from dockwright.box.record import name_of
from dockwright.box.this_run import PerRun, this_run
from dockwright.commands.declare import Commands, fail, operation
from dockwright.errors import DockwrightError

# The parts of a box that are no leaves; no leaf's name has a space.
IMAGES = "the images"
UPDATES = "the updates"
NO_LEAVES = frozenset({IMAGES, UPDATES})


class RollOut:
    """The boxes that switch one leaf in one run.

    ``failed`` are those where it failed, ``stopped`` those that were not begun for that.
    """

    def __init__(self, at_once: int) -> None:
        if at_once < 1:
            raise DockwrightError(f"at_once {at_once}: no number of boxes; give 1 or more")
        self._places = BoundedSemaphore(at_once)
        self.failed: list[str] = []
        self.stopped: list[str] = []

    @contextmanager
    def turn(self, box: str, check: Callable[[], None]) -> Iterator[None]:
        """Wait for a place, and leave it; whatever is raised within stops the boxes behind.

        Args:
            box: whose turn it is.
            check: raises DockwrightError where it is not to begin.

        Example:
            >>> with RollOut(1).turn("docker", lambda: None):
            ...     pass
        """
        with self._places:
            try:
                check()
            except DockwrightError:
                self.stopped.append(box)
                raise
            try:
                yield
            except BaseException:
                self.failed.append(box)
                raise


# by leaf
_of_runs: PerRun[dict[str, RollOut]] = PerRun(dict)


def roll_out(run: State, leaf: str, at_once: int) -> RollOut:
    """The roll-out of ``leaf`` in this run of pyinfra; the first box to ask says how many at once.

    Example::

        roll_out(state, "zenweb", 1)
    """
    return _of_runs.of(run).setdefault(leaf, RollOut(at_once))


def part_of(leaf: str, declared: OperationMeta, after: Collection[str] = ()) -> OperationMeta:
    """Have an operation belong to ``leaf``, or another part of a box (``IMAGES``).

    Where it failed, the leaf stays as it is.

    Its box then goes on with other leaves if the operation has ``_ignore_errors=True``; `settled`
    is to follow.

    Args:
        leaf: whose.
        declared: what an operation returned.
        after: leaves, of any box, that are to be up before it.

    Example::

        part_of("zenweb", image.pull("zenweb", registry=place))
    """
    notes = this_run(_run())
    notes.leaves.setdefault(leaf, set()).add(key_of(declared))
    notes.after.setdefault(leaf, set()).update(after)
    return declared


def check_may_switch(
    run: State, leaf: str, box: str, after: Collection[str] = (), op: str | None = None
) -> None:
    """Make sure that nothing that ``leaf`` hangs on has failed in this run.

    Args:
        run: of pyinfra.
        leaf: what is to be switched.
        box: where.
        after: leaves that are to be up before it, beside those that `part_of` told.
        op: pyinfra's hash of the operation that switches it.

    Raises:
        DockwrightError: this leaf or one of those failed on a box; it says which, and where.

    Example::

        check_may_switch(state, "api", "docker", ["db"])
    """
    failed = failed_boxes(run, leaf, op)
    if box in failed:
        # what failed there has said why
        raise DockwrightError(_keeps(box, f"{leaf}: {failed[box]} failed"))
    if failed:
        where = _first(run, leaf, failed)
        raise DockwrightError(_keeps(box, f"{leaf}: its roll-out stopped when box {where} failed"))
    for needed in sorted({*after, *this_run(run).after.get(leaf, ())}):
        if failed := failed_boxes(run, needed):
            where = _first(run, needed, failed)
            why = f"{leaf}: it comes after {needed}, which failed on box {where}"
            raise DockwrightError(_keeps(box, why))


def _keeps(box: str, why: str) -> str:
    return f"{why}; box {box} keeps what it has: mend that one, then run again"


def _first(run: State, leaf: str, failed: Collection[str]) -> str:
    """Of ``failed`` a box that failed by itself, and was not only stopped by another one."""
    stopped = _of_runs.of(run).get(leaf, RollOut(1)).stopped
    return min(set(failed) - set(stopped) or failed)


def failed_boxes(run: State, leaf: str, op: str | None = None) -> dict[str, str]:
    """The boxes where ``leaf`` failed in this run, each with what failed there.

    A box that failed before it came to the leaf is one of them; one that gave no answer from the
    beginning has no part in the run.

    Args:
        run: of pyinfra.
        leaf: its name.
        op: pyinfra's hash of an operation of it, beside those that `part_of` told.

    Example::

        failed_boxes(state, "zenweb")  # {'docker': 'zenweb: image'}
    """
    notes = this_run(run)
    parts = notes.leaves.get(leaf, set()) | ({op} if op else set())
    out = _of_runs.of(run).get(leaf)
    by_box = dict.fromkeys(out.failed if out else [], "its switch")
    for box, ops in run.ops.items():
        its = parts & ops.keys()
        for one in its:
            done = ops[one].operation_meta
            if done.is_complete() and done.did_error():
                name = name_of(run, one, box).rpartition(" | ")[2]
                by_box.setdefault(str(box.name), name)
        if its and box in run.failed_hosts and box not in notes.given_up:
            by_box.setdefault(str(box.name), "what comes before it")
    return by_box


def failures(run: State) -> dict[str, set[str]]:
    """The leaves that failed in this run, each with the boxes where it did.

    Example::

        failures(state)  # {'zenweb': {'docker'}}
    """
    leaves = {*this_run(run).leaves, *_of_runs.of(run)}
    return {leaf: set(boxes) for leaf in leaves if (boxes := failed_boxes(run, leaf))}


def settle(name: str) -> OperationMeta:
    """Declare `settled` as ``name``, and have an earlier one of the box leave it to this one.

    Example::

        settle("every leaf is up")
    """
    declared: OperationMeta = settled(name=name)
    this_run(_run()).ends.append(key_of(declared))
    return declared


@operation()
def settled() -> Commands:
    """Fail the box where one of its parts failed, now that the others have had their turn.

    Example::

        settled(name="every leaf is up")
    """
    run = _run()
    here = str(host.name)
    failed = sorted(part for part, boxes in failures(run).items() if here in boxes)
    if failed and run.is_executing and not _follows(run):
        yield fail(f"box {here}: {', '.join(failed)}: failed, see above; all else went on")
        return
    host.noop("nothing failed, or what comes behind is to have its turn")


def _follows(run: State) -> bool:
    """Whether a further one is to come on the box; parts before that have their turn first."""
    box: Host = ctx_host.get()  # type: ignore[no-untyped-call]
    ends = [end for end in this_run(run).ends if end in run.ops[box]]
    at = box.executing_op_hash
    return at in ends and at != ends[-1]


def _run() -> State:
    state: State = ctx_state.get()  # type: ignore[no-untyped-call]
    return state
