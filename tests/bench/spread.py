"""What a number of runs of one thing took: the median, and how far they lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """Seconds of some runs.

    Example:
        >>> Spread.of([3.0, 1.0, 2.0])
        Spread(median=2.0, least=1.0, most=3.0, runs=3)
    """

    median: float
    least: float
    most: float
    runs: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        """That of ``seconds``; raises ValueError where there are none."""
        if not seconds:
            raise ValueError("no runs")
        return cls(median(seconds), min(seconds), max(seconds), len(seconds))


def times(one: float, other: float) -> str:
    """How many times longer ``one`` took than ``other``, as a table has it.

    Example:
        >>> times(14.8, 2.6), times(1.0, 0.0)
        ('5.7', '')
    """
    return f"{one / other:.1f}" if other > 0 else ""
