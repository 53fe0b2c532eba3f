"""What a run of pyinfra keeps of itself and its boxes, by pyinfra's own object for it, its state.

It is the one module with a map of runs. A module that keeps something of its own for each run, or
for each box of one, has a slot here (`PerRun`, `PerHost`), and the type of what it keeps is its
own business. What is to be found out once for all boxes goes through `once`. Whatever begins a
run says here what it is for (`Purpose`).

`give_up` is called where a box gave no answer while a run is prepared or planned: that box is
left out from then on, and the others go on. Who looks at it: `declare`, the plan, apply.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from gevent.lock import RLock
from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.change import Change
from dockwright.box.red import in_red
from dockwright.site.members import RecordedMembers

T = TypeVar("T")
# An attribute of a condition (`_if`) that asks what has failed in the run, and nothing of the box.
WHILE_EXECUTING = "dockwright_while_executing"


@dataclass(frozen=True)
class Purpose:
    """What a run is for, as whatever begins it says once: `PYINFRA`, `COMMAND` or `LOOK`."""

    # whether boxes are locked, so that no other run changes them meanwhile
    locks: bool
    # whether deploys have its record written when it disconnects; else its command writes it
    keeps_record: bool


# One that pyinfra's own command began: nothing of ours was there to say what it is.
PYINFRA = Purpose(locks=True, keeps_record=True)
# A command of ours, which changes boxes, and writes its record itself.
COMMAND = Purpose(locks=True, keeps_record=False)
# A command of ours that changes nothing.
LOOK = Purpose(locks=False, keeps_record=False)


@dataclass
class ThisRun:
    """One run: boxes that were ``given_up``, and those that were ``silent`` when asked.

    Each has the line that says why. ``heard`` are the changes that operations say while they are
    planned, by box; ``reasons`` why an operation failed, by box and pyinfra's name for it.
    """

    purpose: Purpose = PYINFRA  # what began it, and so what it locks and records
    given_up: dict[Host, str] = field(default_factory=dict)
    silent: dict[Host, str] = field(default_factory=dict)
    # left out by a person's word, each with whose (`dockwright.box.absent`)
    absent: dict[Host, str] = field(default_factory=dict)
    # called with a box that is given up: what is held there is let go of
    farewells: list[Callable[[Host], None]] = field(default_factory=list)
    # of each leaf its operations, by pyinfra's hash: one that fails stops the leaf and nothing else
    leaves: dict[str, set[str]] = field(default_factory=dict)
    # of each leaf those, of any box, that are to be up before it
    after: dict[str, set[str]] = field(default_factory=dict)
    # what a person should know, and is no drift: that images are old
    reminders: list[str] = field(default_factory=list)
    # the same of what a run met with, for its end
    notes: list[str] = field(default_factory=list)
    # images that were to be built or brought in this run, and were not: each with why
    unbuilt: dict[str, str] = field(default_factory=dict)
    # operations, by pyinfra's hash, that fail a box for what its parts failed at, in their order
    ends: list[str] = field(default_factory=list)
    # what `once` made, and for each of it the lock of who makes it
    known: dict[Hashable, Any] = field(default_factory=dict)
    making: dict[Hashable, RLock] = field(default_factory=dict)
    # what modules keep in their slots
    kept: dict[Hashable, Any] = field(default_factory=dict)
    heard: dict[Host, list[Change]] = field(default_factory=dict)
    reasons: dict[tuple[Host, str], str] = field(default_factory=dict)
    # what is recorded of the site's boxes; and whether some operations were left out
    members: RecordedMembers | None = None
    in_part: bool = False


_runs: WeakKeyDictionary[State, ThisRun] = WeakKeyDictionary()


def this_run(run: State) -> ThisRun:
    """What is kept of ``run``.

    Example::

        this_run(state).given_up  # {}
    """
    return _runs.setdefault(run, ThisRun())


class PerRun(Generic[T]):
    """A module's own data of each run, made at first use.

    It is gone with the run, where it holds none of its boxes; else it stays as they do.

    Args:
        make: makes it; it must not wait for anything, as boxes are asked side by side.

    Example::

        _expected: PerRun[set[str]] = PerRun(set)
        _expected.of(state).add("zenweb")
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def of(self, run: State) -> T:
        """What is kept of ``run``."""
        kept: T = this_run(run).kept.setdefault(self, self._make())
        return kept

    def known(self, run: State) -> T | None:
        """The same, or None where nothing is kept of ``run`` yet."""
        return this_run(run).kept.get(self)

    def take(self, run: State) -> T | None:
        """The same, which is kept no longer."""
        kept: T | None = this_run(run).kept.pop(self, None)
        return kept

    def runs(self) -> list[State]:
        """The runs that something is kept of."""
        return [run for run, its in list(_runs.items()) if self in its.kept]


class PerHost(Generic[T]):
    """A module's own data of each box of a run, made at first use.

    Args:
        make: makes it; it must not wait for anything.

    Example::

        _noted: PerHost[list[str]] = PerHost(list)
        _noted.of(host).append("its shell prints")
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._boxes: PerRun[dict[Host, T]] = PerRun(dict)
        self._make = make

    def of(self, host: Host) -> T:
        """What is kept of ``host`` in its run."""
        return self._boxes.of(host.state).setdefault(host, self._make())


def note(run: State, text: str) -> None:
    """Have a person know ``text``, which is no failure: with a plan, or at a run's end.

    Example::

        note(state, "registry 192.168.50.20:5000: could not be asked")
    """
    notes = this_run(run)
    (notes.notes if run.is_executing else notes.reminders).append(text)


def once(run: State, key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` returns, made once in ``run``: for what is the same on each of its boxes.

    Who comes while another makes it waits for that: boxes are prepared side by side. What raises
    is made again by the next one.

    Example::

        once(state, "leaves", lambda: ["zenweb"])  # ['zenweb']
    """
    kept = this_run(run)
    if key not in kept.known:
        with kept.making.setdefault(key, RLock()):
            if key not in kept.known:
                kept.known[key] = make()
    made: T = kept.known[key]
    return made


def why_given_up(host: Host) -> str | None:
    """The line that says why ``host`` was given up in its run; None where it was not.

    Example::

        why_given_up(host) is None  # True
    """
    return this_run(host.state).given_up.get(host)


def give_up(host: Host, why: str) -> None:
    """Leave ``host`` out of the rest of its run, which goes on with the others.

    Raises:
        PyinfraError: there are no others.

    Example::

        give_up(host, "box web1: no answer about its images within 30 s; …")
    """
    run = this_run(host.state)
    if host in run.given_up:
        return
    run.given_up[host] = why
    in_red(host, why)
    for farewell in run.farewells:
        farewell(host)
    host.state.fail_hosts({host})  # type: ignore[no-untyped-call]


def lose(host: Host) -> None:
    """Leave ``host`` out of the rest of its run: its connection is gone, and that has been told.

    Raises:
        PyinfraError: there are no others.

    Example::

        lose(host)
    """
    host.state.fail_hosts({host})  # type: ignore[no-untyped-call]
