"""A chain being built, drawn on a terminal: a line for each image that is at work.

Imported where one is drawn, and not before: what draws it is large.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyinfra.api.host import Host
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from dockwright.building.progress import Progress
from dockwright.engine.build import short
from dockwright.text import coloured


class Board(Progress):
    """A line for each image that is at work, drawn anew below what is logged."""

    def __init__(self, box: Host) -> None:
        super().__init__(box)
        self.at: dict[str, tuple[int, int, str]] = {}

    def begin(self, image: str, reason: str) -> None:
        super().begin(image, reason)
        self.at[image] = (0, 0, reason)

    def step(self, image: str, number: int, total: int, instruction: str) -> None:
        self.at[image] = (number, total, instruction)

    def end(self, image: str, action: str = "failed") -> float:
        del self.at[image]
        return super().end(image, action)

    def __rich__(self) -> Table:
        lines = Table.grid(padding=(0, 2))
        for _ in range(3):
            lines.add_column(no_wrap=True)
        lines.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for image, (number, total, instruction) in self.at.items():
            count = f"{number}/{total}" if total else ""
            elapsed = f"{self.elapsed(image):.0f} s"
            lines.add_row(f"    {image}", count, elapsed, Text(short(instruction)))
        return lines


class _Above:
    """Standard error while a board is drawn: whole lines go above it.

    pyinfra's own spinner redraws the line it thinks it is on; it is left out.
    """

    is_board = True  # no other one is drawn meanwhile

    def __init__(self, console: Console, real: Any) -> None:
        self._console, self._real, self._text = console, real, ""

    def write(self, text: str) -> int:
        if not text.endswith("\r") and text != "\033[K":
            *lines, self._text = (self._text + text).split("\n")
            for line in lines:
                self._console.print(Text.from_ansi(coloured(line)), soft_wrap=True)
        return len(text)

    def flush(self) -> None:
        """Lines are written when they end."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@contextmanager
def drawn(box: Host, real: Any) -> Iterator[Board]:
    """Have a board of ``box`` in the place of ``real``, which is standard error and a terminal.

    Example::

        with drawn(box, sys.stderr) as board:
            board.begin("zenweb", "absent")
    """
    console = Console(file=real)
    board = Board(box)
    live = Live(
        board,
        console=console,
        refresh_per_second=4,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    # Ctrl-C ends the process and nothing in between
    atexit.register(console.show_cursor)
    sys.stderr = _Above(console, real)
    try:
        with live:
            yield board
    finally:
        sys.stderr = real
        atexit.unregister(console.show_cursor)
