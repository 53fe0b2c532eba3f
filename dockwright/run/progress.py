"""What `dockwright apply` says while it runs: what changes, how far long work is, what fails.

It is what operations say by `dockwright.box.log`, chosen by what each line is; pyinfra's own lines
about operations that change nothing are left out, unless all of it is asked for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from typing import Literal

import click
from pyinfra import logger
from pyinfra.api.host import Host
from pyinfra.api.output import set_echo, set_formatter
from pyinfra.api.state import BaseStateCallback, State
from pyinfra.context import ctx_state

from dockwright.box.inside.command import LogFormatter, is_count_of_commands
from dockwright.box.record import name_of
from dockwright.run.wording.columns import wrapped
from dockwright.terminal import Handler, echo

How = Literal["quiet", "usual", "verbose"]
# Seconds without a line after which one of long work's steps is shown.
_SILENCE = 10.0


def show_progress(
    colour: bool | None, how: How = "usual", known: Collection[tuple[str, str]] = ()
) -> None:
    """Have the run that is current say on standard error what it does, from now on.

    Args:
        colour: False for none; None where standard error is a terminal.
        how: ``quiet`` says what fails alone, ``verbose`` all that pyinfra's own command does.
        known: boxes and names of operations whose changes a plan has shown already.

    Example::

        show_progress(None)
    """
    chosen = Chosen(how, known, colour)
    handler = Handler(color=colour)
    handler.setFormatter(_Lines())
    handler.addFilter(chosen)
    set_formatter(click.style)
    set_echo(echo)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    run: State = ctx_state.get()  # type: ignore[no-untyped-call]
    run.add_callback_handler(chosen)  # type: ignore[no-untyped-call]


class _Lines(LogFormatter):  # type: ignore[misc]
    """pyinfra's lines; what changes is broken between words where it is too long."""

    def format(self, record: logging.LogRecord) -> str:
        text = str(super().format(record))
        if getattr(record, "told", None) != "change":
            return text
        # a colour has letters, and no width
        return "\n".join(wrapped([click.unstyle(text)], "", "          "))


class Chosen(logging.Filter, BaseStateCallback):
    """Which lines are shown; and a line for each operation that changed something, at its end."""

    def __init__(
        self, how: How, known: Collection[tuple[str, str]] = (), colour: bool | None = None
    ) -> None:
        super().__init__()
        self._how, self._known, self._colour = how, frozenset(known), colour
        self._names: dict[str, str] = {}
        self._began = self._last = time.monotonic()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is shown."""
        shown = self._is_shown(record)
        if shown:
            self._last = time.monotonic()
        return shown

    def _is_shown(self, record: logging.LogRecord) -> bool:
        # why the last one failed was said before
        if is_count_of_commands(record):
            return False
        if record.levelno >= logging.WARNING or self._how == "verbose":
            return True
        topic = getattr(record, "told", None)
        if self._how == "quiet":
            return False
        if topic == "change":
            box = getattr(record, "box", "")
            return (box, self._names.get(box, "")) not in self._known
        if topic == "step":
            return time.monotonic() - self._last >= _SILENCE
        return topic == "news"

    # pyinfra declares these static, and calls them on the object that it was given
    def operation_start(self, state: State, op_hash: str) -> None:  # type: ignore[override]
        self._began = time.monotonic()
        # what stands at one place of a deploy file may have another name on each box
        self._names = {
            str(host.name): name_of(state, op_hash, host)
            for host, ops in state.ops.items()
            if op_hash in ops
        }

    def operation_host_error(  # type: ignore[override]
        self, state: State, host: Host, op_hash: str, retry_count: int = 0, max_retries: int = 0
    ) -> None:
        name = self._names.get(str(host.name), "")
        self._say(f"{name}: failed on {host.name}, {self._took()}", "red")

    def operation_end(self, state: State, op_hash: str) -> None:  # type: ignore[override]
        changed: dict[str, list[str]] = {}
        for host, ops in state.ops.items():
            done = ops[op_hash].operation_meta if op_hash in ops else None
            if done is not None and done.is_complete() and done.did_change():
                changed.setdefault(self._names[str(host.name)], []).append(str(host.name))
        for name, boxes in changed.items():
            if self._how != "quiet":
                self._say(f"{name}: changed on {', '.join(boxes)}, {self._took()}", "green")

    def _took(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"

    def _say(self, text: str, colour: str) -> None:
        echo(click.style(text, fg=colour), err=True, color=self._colour)
        self._last = time.monotonic()
