"""What became of a run, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class OfBox:
    """What became of one box.

    Args:
        changed: names of operations that changed something.
        failed: those that failed, each with the line that says why; where a run ended early, the
            one that it stopped at.
        current: how many found things as declared.
        seconds: that its operations took.
    """

    changed: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    current: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Applied:
    """What became of all boxes, by name, and the seconds that the whole run took.

    ``absent`` are those that a person left out, each with why.
    ``notes`` are lines of what a person should know, and is no failure.
    """

    boxes: Mapping[str, OfBox]
    seconds: float
    absent: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not any(of.failed for of in self.boxes.values())
