"""What a run of pyinfra keeps of its boxes, by pyinfra's own object for it, its state.

`give_up` is called where a box gave no answer while a run is prepared or planned: that box is
left out from then on, and the others go on. Who looks at it: `declare`, the plan, apply.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pyinfra.api.host import Host
from pyinfra.api.state import State

from dockwright.box.change import Change
from dockwright.box.red import in_red
from dockwright.site.members import Recorded

T = TypeVar("T")
# An attribute of a condition (`_if`) that asks what has failed in the run, and nothing of the box.
WHILE_EXECUTING = "dockwright_while_executing"


@dataclass
class ThisRun:
    """One run: boxes that were ``given_up``, and those that were ``silent`` when asked.

    Each has the line that says why. ``heard`` are the changes that operations say while they are
    planned, by box; ``reasons`` why an operation failed, by box and pyinfra's name for it.
    """

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
    # what `once` made
    known: dict[Hashable, Any] = field(default_factory=dict)
    heard: dict[Host, list[Change]] = field(default_factory=dict)
    reasons: dict[tuple[Host, str], str] = field(default_factory=dict)
    # what is recorded of the site's boxes; and whether some operations were left out
    members: Recorded | None = None
    in_part: bool = False


_runs: WeakKeyDictionary[State, ThisRun] = WeakKeyDictionary()


def this_run(run: State) -> ThisRun:
    """What is kept of ``run``.

    Example::

        this_run(state).given_up  # {}
    """
    return _runs.setdefault(run, ThisRun())


def note(run: State, text: str) -> None:
    """Have a person know ``text``, which is no failure: with a plan, or at a run's end.

    Example::

        note(state, "registry 192.168.50.20:5000: could not be asked")
    """
    notes = this_run(run)
    (notes.notes if run.is_executing else notes.reminders).append(text)


def once(run: State, key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` returns, made once in ``run``: for what is the same on each of its boxes.

    Example::

        once(state, "leaves", lambda: ["zenweb"])  # ['zenweb']
    """
    known = this_run(run).known
    if key not in known:
        known[key] = make()
    made: T = known[key]
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

        give_up(host, "box web1: no answer about its images within 60 s; …")
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
