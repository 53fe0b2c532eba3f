"""What a person sees of a chain being built: a line an image on a terminal, else plain lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pyinfra.api.host import Host

from dockwright.box import log
from dockwright.box.bars import note_bar
from dockwright.engine.build import short
from dockwright.picture.timeline import Kind, Outcome


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


@contextmanager
def progress(box: Host) -> Iterator[Progress]:
    """Tell of a chain's run on ``box``; one board is drawn at a time, other boxes say lines."""
    if not sys.stderr.isatty() or getattr(sys.stderr, "is_board", False):
        yield Progress(box)
        return
    # what draws it is large, and most runs build nothing
    from dockwright.building.board import drawn

    with drawn(box, sys.stderr) as board:
        yield board


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
