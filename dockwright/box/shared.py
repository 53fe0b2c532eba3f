"""What many boxes of a run ask alike, asked once: the first one asks, the others have its answer.

Each box of a site wants the registry's CA at the same moment. Who asks while another does waits for
that answer; who asks later has it for as long as nothing began to change what it is about: the one
box that was asked, or any box of the run. So no answer is from before a command that it may depend
on, as in `box.remembered`. Used by facts about another box, and about a registry.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any, TypeVar

from gevent.event import AsyncResult
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State

from dockwright.box.copied import copied
from dockwright.box.inside.operations import Commands, heed
from dockwright.box.remembered import HOLDS
from dockwright.box.this_run import PerRun

T = TypeVar("T")
C = TypeVar("C", bound=PyinfraCommand)
# An attribute of a command that changes nothing but its own box, such as a pull.
ONLY_HERE = "dockwright_only_here"
_NONE = object()  # in the place of an answer: who asked got none


def only_here(command: C) -> C:
    """``command``, of which is known that it changes no other box, and nothing of a registry.

    Example:
        >>> from pyinfra.api import StringCommand
        >>> only_here(StringCommand("true")).dockwright_only_here
        True
    """
    setattr(command, ONLY_HERE, True)
    return command


@dataclass
class _Asked:
    """A question as it was put, after how many changes, and its answer once there is one."""

    changes: int
    at: float = inf  # when it came: in the future until then
    result: AsyncResult[Any] = field(default_factory=AsyncResult)


class _Shared(BaseStateCallback):
    """The questions of one run, and a listener that counts what is changed, by box and in all."""

    def __init__(self) -> None:
        self.changes: Counter[Host | None] = Counter()
        self.under_way: Counter[Host | None] = Counter()
        self.asked: dict[Hashable, _Asked] = {}

    # pyinfra declares it static, and calls it on the object that it was given
    def operation_host_start(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str
    ) -> None:
        heed(state, host, op_hash, partial(self.heeded, host))

    def heeded(self, host: Host, generator: Commands) -> Commands:
        def commands() -> Iterator[PyinfraCommand]:
            for command in generator():
                changed = [host] if getattr(command, ONLY_HERE, False) else [host, None]
                self.under_way.update(changed)
                try:
                    yield command  # pyinfra executes it, and then asks for the next one
                finally:
                    self.under_way.subtract(changed)
                    self.changes.update(changed)

        return commands

    def answer(
        self,
        of: Host | None,
        question: Hashable,
        ask: Callable[[], T],
        alone: Callable[[], T],
        holds: float,
    ) -> T:
        if self.under_way[of]:
            return alone()
        key, changes = (of, question), self.changes[of]
        known = self.asked.get(key)
        if known is not None and known.changes == changes and time.monotonic() - known.at < holds:
            result = known.result.get()
            return alone() if result is _NONE else copied(result)
        mine = self.asked[key] = _Asked(changes)
        result = _NONE
        try:
            answer = ask()
            result, mine.at = copied(answer), time.monotonic()
            return answer
        except Exception as error:
            if ask is alone:
                mine.result.set_exception(error)
            raise
        finally:
            if result is _NONE and self.asked.get(key) is mine:
                del self.asked[key]  # the next one asks again
            if not mine.result.ready():
                mine.result.set(result)


_of_runs: PerRun[_Shared] = PerRun(_Shared)


def asked_of(box: Host, question: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` finds on ``box``, for all boxes of its run that ask the same.

    Args:
        box: the box that is asked; an answer holds until a command begins there.
        question: which is asked.
        ask: asks it; an error of it is that of all who wait for the answer.

    Example::

        asked_of(registry, "its CA", lambda: get_unseen(registry, Authority))
    """
    return _asked(box.state, box, question, ask, ask)


def asked_for_all(
    run: State, question: Hashable, ask: Callable[[], T], alone: Callable[[], T]
) -> T:
    """What ``ask`` finds, for all boxes of ``run``: until a command begins on any of them.

    Args:
        run: pyinfra's state.
        question: which is asked; what may differ from box to box is to be part of it.
        ask: asks it, on the way of the box that is first.
        alone: asks for one box, where an answer can't be shared, or that of the first is an error.

    Example::

        asked_for_all(state, "latest", lambda: digests(host, …), lambda: digests(host, …))
    """
    return _asked(run, None, question, ask, alone)


def _asked(
    run: State,
    of: Host | None,
    question: Hashable,
    ask: Callable[[], T],
    alone: Callable[[], T],
) -> T:
    if (shared := _of_runs.known(run)) is None:
        if run.is_executing:
            return alone()  # what is under way already would not be noticed
        shared = _of_runs.of(run)
        run.add_callback_handler(shared)  # type: ignore[no-untyped-call]
    # a person may be asked between preparing and execution
    holds = HOLDS if run.is_executing else inf
    return shared.answer(of, (question, run.current_stage), ask, alone, holds)
