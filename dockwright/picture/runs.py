"""The runs of a site's boxes over the days: a row a box, and a mark a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_LEFT, _WIDTH, _ROW, _TOP = 160, 1000, 22, 26  # of the drawing, in its own units
_LEAST = 4  # a mark's width
_HOUR = 3600.0
_DAY = 24 * _HOUR
# seconds between two lines of the scale
_STEPS = (_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 28 * _DAY, 91 * _DAY)
_LINES = 10  # of the scale, at most


@dataclass(frozen=True)
class PastRun:
    """A run as a box remembers it; ``began`` is in seconds since 1970, UTC."""

    box: str
    began: float
    seconds: float
    result: str  # ok, failed or interrupted
    who: str = ""
    deploy: str = ""
    changed: int = 0  # operations


@dataclass(frozen=True)
class RunMark:
    """A run as it is drawn: where, how wide, and the words that a pointer is shown."""

    run: PastRun
    x: float
    y: float
    width: float
    title: str


@dataclass(frozen=True)
class Strip:
    """The drawing: the boxes with their heights, the lines of the scale, and the marks."""

    boxes: tuple[tuple[float, str], ...]
    scale: tuple[tuple[float, str], ...]
    marks: tuple[RunMark, ...]
    width: float
    height: float


def strip(runs: Sequence[PastRun], now: float) -> Strip:
    """Where each run is drawn, from the oldest to ``now``.

    Args:
        runs: in any order; one that began after ``now``, by a clock that is ahead, ends the scale.
        now: seconds since 1970.

    Example:
        >>> strip([PastRun("docker", 0.0, 60.0, "ok")], 3600.0).boxes
        ((26.0, 'docker'),)
    """
    names = sorted({run.box for run in runs})
    last = max([now, *(run.began + run.seconds for run in runs)])
    first = min([run.began for run in runs], default=last)
    whole = max(last - first, _HOUR)
    first = last - whole

    def x(at: float) -> float:
        return round(_LEFT + (at - first) / whole * _WIDTH, 1)

    rows = {name: float(_TOP + number * _ROW) for number, name in enumerate(names)}
    step = next((one for one in _STEPS if whole / one <= _LINES), whole / _LINES)
    lines = (first + step - first % step + number * step for number in range(_LINES + 1))
    marks = []
    for run in runs:
        left = x(run.began)
        width = max(x(run.began + run.seconds) - left, _LEAST)
        marks.append(RunMark(run, left, rows[run.box], width, _title(run)))
    return Strip(
        tuple((y, name) for name, y in rows.items()),
        tuple((x(at), _label(at, step)) for at in lines if at <= last),
        tuple(marks),
        _LEFT + _WIDTH + _LEAST,
        _TOP + _ROW * len(names),
    )


def moment(at: float) -> str:
    """Seconds since 1970 as a moment of UTC.

    Example:
        >>> moment(1796022000.0)
        '2026-11-30 07:00'
    """
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _title(run: PastRun) -> str:
    what = f"{moment(run.began)} {run.result}, {run.seconds:.0f} s, {run.changed} changed"
    return ", ".join(filter(None, [what, run.who, run.deploy]))


def _label(at: float, step: float) -> str:
    day, _, hour = moment(at).partition(" ")
    return day if step >= _DAY else hour
