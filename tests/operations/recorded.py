"""A box whose answers are recorded: pyinfra's own host, state and facts, and no machine behind.

pyinfra-testing gives an operation its facts as JSON values, and knows pyinfra's commands only.
Ours answer with dataclasses and yield commands of their own, so a case holds the lines that a
box printed, and the fact's own `process()` makes the value of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pyinfra.api import Config, FactBase, Inventory, State
from pyinfra.api.facts import _MISSING_COMMAND_MARKER
from pyinfra.connectors.base import BaseConnector
from pyinfra.connectors.util import CommandOutput, OutputLine
from pyinfra.context import ctx_host, ctx_state


class Recorded(BaseConnector):
    """Answers a fact's command with its recorded lines; any other command is an error."""

    handles_execution = True

    @staticmethod
    def make_names_data(name: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
        yield name, {}, []

    def run_shell_command(self, command: Any, *_: Any, **__: Any) -> tuple[bool, CommandOutput]:
        asked = str(command)
        for known, lines in self.host.data.answers.items():
            if known in asked:
                return True, CommandOutput([OutputLine("stdout", line) for line in lines])
        raise AssertionError(f"the case has no recorded answer to: {asked}")

    def put_file(self, *_: Any, **__: Any) -> bool:
        raise AssertionError("an operation's generator changes nothing by itself")

    get_file = put_file


@contextmanager
def box(facts: Mapping[str, Any], executing: bool) -> Iterator[list[str]]:
    """Be in an operation on a box with these facts; gives the lines that pyinfra logs.

    Args:
        facts: by `module.Class` what the box printed, as text or as `args` and `output`;
            None where it lacks the command that the fact requires.
        executing: whether pyinfra executes, or still prepares.
    """
    answers = dict(_answer(fact, given) for fact, given in facts.items())
    inventory = Inventory((["box"], {"answers": answers}))
    host = inventory.get_host("box")
    host.connector_cls = Recorded
    state = State(inventory, Config())
    state.is_executing = executing
    state.print_noop_info = True
    host.connected = True
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(  # type: ignore[method-assign]
        record.getMessage().replace(host.print_prefix, "")
    )
    log = logging.getLogger("pyinfra")
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        with ctx_state.use(state), ctx_host.use(host):
            yield said
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        # pyinfra's `use` does not put back what was there when an error passes it
        ctx_state.reset()
        ctx_host.reset()


def _answer(path: str, given: Any) -> tuple[str, list[str]]:
    module, _, name = path.rpartition(".")
    fact: FactBase[Any] = getattr(import_module(f"dockwright.facts.{module}"), name)()
    args = given["args"] if isinstance(given, dict) else []
    output = given["output"] if isinstance(given, dict) else given
    lines = [_MISSING_COMMAND_MARKER] if output is None else output.splitlines()
    return str(fact.command(*args)), lines
