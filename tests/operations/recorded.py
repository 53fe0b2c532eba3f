"""A box whose answers are recorded: pyinfra's own host, state and facts, and no machine behind.

pyinfra-testing gives an operation its facts as JSON values, and knows pyinfra's commands only.
Ours answer with dataclasses and yield commands of their own, so a case holds the lines that a
box printed, and the fact's own `process()` makes the value of them.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from pyinfra.api import Config, Inventory, State
from pyinfra.connectors.base import BaseConnector
from pyinfra.connectors.util import CommandOutput, OutputLine
from pyinfra.context import ctx_host, ctx_state

from dockwright.box.answer import _MISSING
from dockwright.box.change import Change
from dockwright.box.fact import Fact
from dockwright.box.this_run import this_run

_QUESTION = re.compile(r"printf %s (?P<script>[A-Za-z0-9+/=]+) \| base64 -d")
_MARKS = re.compile(r"\\n' (?P<a>[0-9a-f]+) (?P<b>[0-9a-f]+) ")


def _unpacked(script: str) -> str:
    return gzip.decompress(base64.b64decode(script)).decode()


class Recorded(BaseConnector):
    """Answers a fact's command with its recorded lines; any other command is an error."""

    handles_execution = True

    @staticmethod
    def make_names_data(name: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
        yield name, {}, []

    def run_shell_command(self, command: Any, *_: Any, **__: Any) -> tuple[bool, CommandOutput]:
        found = _QUESTION.search(command.get_raw_value())
        asked = _unpacked(found["script"]) if found else str(command)
        for known, said in self.host.data.answers.items():
            if known in asked:
                return True, CommandOutput([OutputLine("stdout", _marked(asked, said))])
        raise AssertionError(f"the case has no recorded answer to: {asked}")

    def put_file(self, *_: Any, **__: Any) -> bool:
        raise AssertionError("an operation's generator changes nothing by itself")

    get_file = put_file


@contextmanager
def box(
    facts: Mapping[str, Any], executing: bool, changes: list[Change] | None = None
) -> Iterator[list[str]]:
    """Be in an operation on a box with these facts; gives the lines that pyinfra logs.

    Args:
        facts: by `module.Class` what the box printed, as text or as `args` and `output`;
            None where it lacks the command that the fact requires.
        executing: whether pyinfra executes, or still prepares.
        changes: where the operation says what it changes, as to a plan.
    """
    answers = dict(_answer(fact, given) for fact, given in facts.items())
    inventory = Inventory((["box"], {"answers": answers, "ssh_user": "root"}))
    host = inventory.get_host("box")
    host.connector_cls = Recorded
    state = State(inventory, Config())
    state.is_executing = executing
    state.print_noop_info = True
    host.connected = True
    this_run(state).heard[host] = [] if changes is None else changes
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


def _answer(path: str, given: Any) -> tuple[str, str | None]:
    module, _, name = path.rpartition(".")
    fact: Fact[Any] = getattr(import_module(f"dockwright.facts.{module}"), name)()
    args = given["args"] if isinstance(given, dict) else []
    output = given["output"] if isinstance(given, dict) else given
    return fact.script(*args), output


def _marked(asked: str, said: str | None) -> str:
    """What the box would print: the answer between the marks of the question, with its checksum."""
    marks = _MARKS.search(asked)
    assert marks is not None, asked
    a, b = marks["a"], marks["b"]
    whole = f"{said or ''}\n{0 if said is not None else _MISSING}".encode()
    text = base64.b64encode(whole).decode()
    return f"{a}{b}:{hashlib.sha256(text.encode()).hexdigest()}:{text}:{b}{a}"
