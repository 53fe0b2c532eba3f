"""Which line of a Dockerfile BuildKit means by `[build 2/3]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dockwright.chain.instructions import instructions

# What makes a step of its own; the others only set values of the image.
_COUNTED = frozenset({"add", "copy", "run", "workdir"})


@dataclass(frozen=True)
class Stage:
    """A stage as BuildKit calls it, and the line (from 1) of each of its steps."""

    name: str
    lines: tuple[int, ...]


def stages(text: str, source: str) -> tuple[Stage, ...]:
    """The stages of a Dockerfile; the only one has no name unless it is given one.

    FROM is a step unless it names scratch or an earlier stage.

    Raises:
        DockwrightError: it does not parse.

    Example:
        >>> stages("FROM ruby AS build\\nENV A=1\\nRUN true", "Dockerfile")
        (Stage(name='build', lines=(1, 3)),)
    """
    names: list[str] = []
    lines: list[list[int]] = []
    for line in instructions(text, source):
        if line.keyword == "from":
            inside = line.values[0].lower() in ("scratch", *names)
            names.append(line.values[2].lower() if len(line.values) == 3 else "")
            lines.append([] if inside else [line.number])
        elif line.keyword in _COUNTED and lines:
            lines[-1].append(line.number)
    if len(names) > 1:
        names = [name or f"stage-{number}" for number, name in enumerate(names)]
    return tuple(Stage(name, tuple(found)) for name, found in zip(names, lines, strict=True))


def line_of(found: Sequence[Stage], name: str, number: int, total: int) -> int | None:
    """The line of step ``number`` of ``total`` of stage ``name``, or None where none fits.

    Where BuildKit counts more steps than the file has, they are ONBUILD lines of the image
    below, which run right after FROM.

    Example:
        >>> line_of([Stage("", (1, 4))], "", 2, 2), line_of([Stage("", (1, 4))], "", 2, 3)
        (4, 1)
    """
    for stage in found:
        triggered = total - len(stage.lines)
        if stage.name == name and stage.lines and triggered >= 0:
            return stage.lines[max(0, number - 1 - triggered)]
    return None
