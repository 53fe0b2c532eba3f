"""What a person sees of a chain being built: a line an image on a terminal, else plain lines."""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.bars import note_bar
from dockwright.engine.build import short
from dockwright.picture.timeline import Kind, Outcome
from dockwright.text import coloured

if TYPE_CHECKING:
    # rich takes its time to load, and most runs build nothing
    from rich.console import Console
    from rich.table import Table


@dataclass(frozen=True)
class ImageOutcome:
    """What became of an image: built, pulled, failed or not built; ``size`` in bytes."""

    image: str
    action: str
    reason: str  # why it was to be built or pulled, or which parent failed
    seconds: float = 0.0  # that it took
    size: int | None = None


class Progress:
    """A line for each instruction, with pyinfra's logger."""

    def __init__(self, box: Host) -> None:
        self.box = box
        self.began: dict[str, float] = {}

    def say(self, text: str) -> None:
        log.info(self.box, text)

    def say_how_far(self, text: str) -> None:
        log.step(self.box, text)

    def warn(self, text: str) -> None:
        log.warning(self.box, text)

    def fail(self, text: str) -> None:
        log.error(self.box, text)

    def begin(self, image: str, reason: str) -> None:
        self.began[image] = time.monotonic()
        self.say_how_far(f"{image}: {reason}")

    def step(self, image: str, number: int, total: int, instruction: str) -> None:
        far = f"{number}/{total} {short(instruction)}"
        self.say_how_far(f"{image}: {far} ({self.elapsed(image):.0f} s)")

    def end(self, image: str, action: str = "failed") -> float:
        """Take ``image`` off; the seconds it took."""
        seconds = self.elapsed(image)
        kind: Kind = "pull" if action == "pulled" else "image"
        became: Outcome = "failed" if action == "failed" else "done"
        note_bar(self.box, kind, image, self.began.pop(image), became)
        return seconds

    def done(self, image: str, action: str, reason: str, size: int) -> ImageOutcome:
        """Take ``image`` off and say that it is built, or pulled."""
        outcome = ImageOutcome(image, action, reason, self.end(image, action), size)
        self.say_how_far(f"{image}: {action} in {outcome.seconds:.1f} s")
        return outcome

    def elapsed(self, image: str) -> float:
        return time.monotonic() - self.began[image]


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
        from rich.table import Table
        from rich.text import Text

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

    def __init__(self, console: Console, real: Any) -> None:
        self._console, self._real, self._text = console, real, ""

    def write(self, text: str) -> int:
        from rich.text import Text

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
def progress(box: Host) -> Iterator[Progress]:
    """Tell of a chain's run on ``box``; one board is drawn at a time, other boxes say lines."""
    real = sys.stderr
    if not real.isatty() or isinstance(real, _Above):
        yield Progress(box)
        return
    from rich.console import Console
    from rich.live import Live

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


def table(outcomes: Sequence[ImageOutcome], path: Sequence[str], seconds: float) -> list[str]:
    """The lines that end a run: what became of each image, and the critical path.

    Args:
        outcomes: in the order in which they came.
        path: the chain of images that took longest.
        seconds: of the whole run.

    Example:
        >>> table([ImageOutcome("web", "built", "absent", 2.0, 1_500_000)], ["web"], 2.1)[1]
        'web    built   absent  2.0 s  2 MB'
    """
    rows = [("image", "action", "reason", "time", "size")]
    for outcome in outcomes:
        size = "" if outcome.size is None else f"{outcome.size / 1e6:.0f} MB"
        took = f"{outcome.seconds:.1f} s" if outcome.seconds else ""
        rows.append((outcome.image, outcome.action, outcome.reason, took, size))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join(
            cell.rjust(width) if column > 2 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    if path:
        longest = sum(outcome.seconds for outcome in outcomes if outcome.image in path)
        one_by_one = sum(outcome.seconds for outcome in outcomes)
        lines.append(
            f"{seconds:.1f} s in all; critical path {longest:.1f} s: {' > '.join(path)}; "
            f"one after the other {one_by_one:.1f} s"
        )
    return lines
