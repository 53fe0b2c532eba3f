"""A run as a page: a bar for each operation and box, image, pull and push, over its seconds.

The page is one HTML file that asks nobody for anything: `dockwright apply --timeline FILE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dockwright.templates import render

Kind = Literal["operation", "image", "pull", "push", "switch", "wait"]
Outcome = Literal["done", "unchanged", "failed"]

_WIDTH, _ROW, _LEFT, _TOP = 1000, 18, 160, 34  # of the drawing, in its own units
_SHORTEST = 0.1  # seconds of a gap that is worth a word
# seconds between two lines of the scale
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
_LINES = 12  # of the scale, at most


@dataclass(frozen=True)
class Bar:
    """Something that took a while on a box; ``begin`` and ``end`` are seconds of one clock."""

    box: str
    what: str  # an operation's name, an image, a leaf
    kind: Kind
    begin: float
    end: float
    outcome: Outcome = "done"

    @property
    def seconds(self) -> float:
        return self.end - self.begin


@dataclass(frozen=True)
class Placed:
    """A bar as it is drawn: where, how wide, and the words that a pointer is shown."""

    bar: Bar
    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True)
class _Row:
    """A line of the drawing."""

    y: float
    label: str


def page(bars: Sequence[Bar], title: str) -> str:
    """The page of a run.

    Args:
        bars: in any order; none is a page without bars.
        title: what was run, such as ``deploy/site.py``.

    Raises:
        DockwrightError: no template for it.

    Example:
        >>> page([Bar("docker", "Images | chain", "operation", 3.0, 5.5)], "site.py").count("<rect")
        1
    """
    begin = min((bar.begin for bar in bars), default=0.0)
    whole = max((bar.end for bar in bars), default=begin) - begin
    rows, placed = _placed(bars, begin, whole)
    # the longest first, each told once
    longest = sorted(bars, key=lambda bar: -bar.seconds)[:15]
    values = {
        "title": title,
        "seconds": f"{whole:.1f}",
        "rows": rows,
        "bars": placed,
        "marks": [(_x(at, whole), f"{at:g} s") for at in marks(whole)],
        "longest": [(bar, f"{bar.seconds:.1f}") for bar in longest],
        "path": [(bar, f"{bar.begin - begin:.1f}", f"{bar.seconds:.1f}") for bar in critical(bars)],
        "width": _WIDTH,
        "left": _LEFT,
        "height": _TOP + _ROW * len(rows) + 10,
        "row": _ROW,
    }
    return render("timeline.html.j2", values)


def critical(bars: Sequence[Bar]) -> list[Bar]:
    """The operations that the run's end hung on, from its beginning: before each of them, the one
    of any box that ended last before it began.

    Example:
        >>> a, b = Bar("x", "a", "operation", 0, 2), Bar("y", "a", "operation", 0, 1)
        >>> [bar.box for bar in critical([a, b, Bar("y", "b", "operation", 2, 3)])]
        ['x', 'y']
    """
    operations = sorted((bar for bar in bars if bar.kind == "operation"), key=lambda bar: bar.end)
    path: list[Bar] = []
    latest = operations[-1] if operations else None
    while latest is not None:
        path.append(latest)
        begin = latest.begin
        before = [bar for bar in operations if bar.end <= begin + 1e-6 and bar not in path[-1:]]
        latest = before[-1] if before and before[-1].end < path[-1].end else None
    return path[::-1]


def marks(seconds: float) -> list[float]:
    """Where the scale of a run of so many ``seconds`` has its lines.

    Example:
        >>> marks(10)
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """
    step = next((one for one in _STEPS if seconds / one <= _LINES), max(_STEPS[-1], seconds / 12))
    return [round(number * step, 3) for number in range(int(seconds / step) + 1)]


def _placed(bars: Sequence[Bar], begin: float, whole: float) -> tuple[list[_Row], list[Placed]]:
    """A row for each box's operations, and below it as many as what runs side by side takes."""
    rows, placed = list[_Row](), list[Placed]()
    for box in dict.fromkeys(bar.box for bar in sorted(bars, key=lambda bar: bar.begin)):
        its = sorted((bar for bar in bars if bar.box == box), key=lambda bar: bar.begin)
        operations = [bar for bar in its if bar.kind == "operation"]
        parts = [bar for bar in its if bar.kind != "operation"]
        for number, lane in enumerate([operations, *_lanes(parts)]):
            y = _TOP + _ROW * len(rows)
            rows.append(_Row(y, box if number == 0 else ""))
            for bar in lane:
                width = max(_x(bar.end - begin, whole) - _x(bar.begin - begin, whole), 1.0)
                title = f"{bar.what}: {bar.seconds:.2f} s, {_words(bar)}{_waited(bar, its, bars)}"
                placed.append(Placed(bar, _x(bar.begin - begin, whole), y, width, title))
    return rows, placed


def _lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """The same in rows of which no two overlap; ``bars`` are in the order of their beginnings."""
    lanes: list[list[Bar]] = []
    for bar in bars:
        lane = next((lane for lane in lanes if lane[-1].end <= bar.begin), None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    return lanes


def _x(seconds: float, whole: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - 20) * (seconds / whole if whole else 0.0), 2)


def _words(bar: Bar) -> str:
    return bar.outcome if bar.kind == "operation" else f"{bar.kind}, {bar.outcome}"


def _waited(bar: Bar, its: Sequence[Bar], bars: Sequence[Bar]) -> str:
    """What an operation had waited for: what ended last on another box while this one idled."""
    if bar.kind != "operation":
        return ""
    former = max(
        (one.end for one in its if one.kind == "operation" and one.end <= bar.begin), default=None
    )
    if former is None or bar.begin - former < _SHORTEST:
        return ""
    others = [one for one in bars if one.box != bar.box and former < one.end <= bar.begin + 1e-6]
    if not others:
        return ""
    last = max(others, key=lambda one: one.end)
    return f"; waited {bar.begin - former:.1f} s, the last of it for {last.box}: {last.what}"
