"""How operations ask a box: facts of ours by the one room, and each question once.

Answers are kept for as long as nothing is changed: many operations ask a box the same.

A run that changes nothing asks each question once. From a command's beginning to its end nothing
is kept of any box of the run, as the questions of one box may be about another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Any

from pyinfra.api.arguments import CONNECTOR_ARGUMENT_KEYS
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.host import Host
from pyinfra.api.state import BaseStateCallback, State

from dockwright.box.begun import harmless, under_way
from dockwright.box.copied import copied
from dockwright.box.fact import Fact, fact_of
from dockwright.box.foreseen.asked import note_deploy
from dockwright.box.foreseen.asker import alone
from dockwright.box.inside.hosts import answer, is_answered
from dockwright.box.inside.operations import Commands, heed
from dockwright.box.pulse import watch
from dockwright.box.this_run import PerRun

# Seconds that an answer holds in a run that executes, where an operation may ask until somebody
# else has done something. A plan of many boxes takes longer, and waits for nobody.
HOLDS = 30
# Those facts only read; of a user's own nobody knows.
_PYINFRAS = "pyinfra.facts."


class _Memory(BaseStateCallback):
    """The answers of one run, and a listener that knows when they end."""

    def __init__(self) -> None:
        self.answers: dict[object, tuple[float, Any]] = {}
        self.under_way = 0
        self.changes = 0

    # pyinfra declares it static, and calls it on the object that it was given
    def operation_host_start(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str
    ) -> None:
        heed(state, host, op_hash, self._heeded)

    def _heeded(self, generator: Commands) -> Commands:
        def commands() -> Iterator[PyinfraCommand]:
            for command in generator():
                self.under_way += 1
                try:
                    with under_way():
                        yield command  # pyinfra executes it, and then asks for the next one
                finally:
                    self.under_way -= 1
                    self.changes += 1
                    self.answers.clear()

        return commands

    def answer(self, question: object, ask: Callable[[], Any], holds: float) -> Any:
        """What ``ask`` says, or said in the last ``holds`` seconds with nothing changed since."""
        now = time.monotonic()
        if not self.under_way and question in self.answers:
            at, known = self.answers[question]
            if now - at < holds:
                return copied(known)
        before = self.changes
        answer = ask()
        if not self.under_way and self.changes == before:
            # a copy: who asked may do with the answer as he likes
            self.answers[question] = now, copied(answer)
        return answer


_memories: PerRun[_Memory] = PerRun(_Memory)


def remember(host: Host) -> None:
    """Have facts of ours asked by the one room, and what is asked again answered from memory.

    An answer is kept until any operation of the run changes something, for 30 seconds at the
    most while the run executes, and not from its preparing to its execution: a person may be
    asked between.

    Example::

        remember(host)
    """
    run = host.state
    watch(host)
    note_deploy(run)
    if is_answered(host):
        return
    if (memory := _memories.known(run)) is None:
        memory = _memories.of(run)
        run.add_callback_handler(memory)  # type: ignore[no-untyped-call]
    ask = _asking(host)

    def remembered(fact: Any, *args: Any, **kwargs: Any) -> Any:
        of_operation: Any = host.current_op_global_arguments or {}
        how = [of_operation.get(key) for key in CONNECTOR_ARGUMENT_KEYS]
        # what a deploy file asks outside an operation may be about what it did itself
        if host.current_op_hash is None or not _is_plain([args, kwargs, how]):
            with alone():
                return ask(fact, *args, **kwargs)
        question = (host.name, fact, repr((args, kwargs, how)), run.current_stage)
        holds = HOLDS if run.is_executing else inf
        return memory.answer(question, lambda: ask(fact, *args, **kwargs), holds)

    answer(host, remembered)


def route(host: Host) -> None:
    """Have facts of ours asked of ``host`` by the one room, and nothing remembered.

    For a run that executes already: what its present operation changes would not be noticed.

    Example::

        route(host)
    """
    watch(host)
    if is_answered(host):
        return
    answer(host, _asking(host))


def _asking(host: Host) -> Callable[..., Any]:
    by_pyinfra = host.get_fact

    def ask(fact: Any, *args: Any, **kwargs: Any) -> Any:
        if issubclass(fact, Fact):
            return fact_of(host, fact, *args, **kwargs)
        if fact.__module__.startswith(_PYINFRAS):
            with harmless():
                return by_pyinfra(fact, *args, **kwargs)
        return by_pyinfra(fact, *args, **kwargs)

    return ask


def _is_plain(value: object) -> bool:
    """Whether ``repr`` tells ``value`` from others: that of a secret is the same for all."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.items()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or type(value) in (str, bytes, int, float, bool)
