"""A question to the person at the terminal, while the connections to the boxes live on."""

from __future__ import annotations

import os
import sys

from gevent.select import select

from dockwright.errors import DockwrightError
from dockwright.terminal import echo

_ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


def confirmed(question: str) -> bool:
    """Whether the answer is yes; other greenlets go on meanwhile.

    Raises:
        DockwrightError: there is nobody to ask.

    Example::

        confirmed("Apply it?")  # True
    """
    while True:
        echo(f"{question} [y/N]: ", nl=False, err=True)
        answer = _answer()
        if answer is None:
            echo(err=True)
            raise DockwrightError(f"{question} nobody answers on standard input; say --yes")
        if answer.strip().lower() in _ANSWERS:
            return _ANSWERS[answer.strip().lower()]
        echo("error: say y or n", err=True)


def _answer() -> str | None:
    """A line of standard input, None at its end.

    Not by a thread: one that waits for a terminal can't be ended, and Python dies of it at its
    exit. Byte by byte, since what is buffered is not seen by the wait.
    """
    line = b""
    while not line.endswith(b"\n"):
        if sys.stdin is None or sys.stdin.closed:
            return None
        descriptor = sys.stdin.fileno()
        select([descriptor], [], [])
        read = os.read(descriptor, 1)
        if not read:
            return None
        line += read
    return line.decode("utf-8", "replace")
