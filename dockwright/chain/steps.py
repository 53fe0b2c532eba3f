"""Which line of a Dockerfile BuildKit means by `[build 2/3]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dockwright.chain.instructions import instructions

# What makes a step of its own; the others only set values of the image.
_COUNTED = frozenset({"add", "copy", "run", "workdir"})


@dataclass(frozen=True)
class Stage:
    """A stage as BuildKit calls it, and the line (from 1) of each of its steps.

    ``words`` are their keywords, as BuildKit writes them, where they are known; ``begins`` is the
    line of its FROM, which is no step where it names scratch or an earlier stage.
    """

    name: str
    lines: tuple[int, ...]
    words: tuple[str, ...] = ()
    begins: int | None = None


def stages(text: str, source: str) -> tuple[Stage, ...]:
    """The stages of a Dockerfile; the only one has no name unless it is given one.

    FROM is a step unless it names scratch or an earlier stage.

    Raises:
        DockwrightError: it does not parse.

    Example:
        >>> stages("FROM ruby AS build\\nENV A=1\\nRUN true", "Dockerfile")
        (Stage(name='build', lines=(1, 3), words=('FROM', 'RUN'), begins=1),)
    """
    names: list[str] = []
    lines: list[list[int]] = []
    words: list[list[str]] = []
    begins: list[int] = []
    for line in instructions(text, source):
        if line.keyword == "from":
            inside = line.values[0].lower() in ("scratch", *names)
            names.append(line.values[2].lower() if len(line.values) == 3 else "")
            lines.append([] if inside else [line.number])
            words.append([] if inside else ["FROM"])
            begins.append(line.number)
        elif line.keyword in _COUNTED and lines:
            lines[-1].append(line.number)
            words[-1].append(line.keyword.upper())
    if len(names) > 1:
        names = [name or f"stage-{number}" for number, name in enumerate(names)]
    each = zip(names, lines, words, begins, strict=True)
    return tuple(Stage(n, tuple(steps), tuple(w), begin) for n, steps, w, begin in each)


def line_of(
    found: Sequence[Stage], name: str, number: int, total: int, instruction: str = ""
) -> int | None:
    """The line of step ``number`` of ``total`` of stage ``name``, or None where none fits.

    Where BuildKit counts more steps than the file has, they are ONBUILD lines of the image
    below, which run right after FROM. That of 20.10 leaves them out of its total, and goes past
    it: how many there are is not known then, and whatever is not the file's own is FROM's.

    Args:
        found: the stages.
        name: the stage's.
        number: the step's, from 1.
        total: of the stage's steps, as BuildKit says.
        instruction: what it shows of the step.

    Example:
        >>> line_of([Stage("", (1, 4))], "", 2, 2), line_of([Stage("", (1, 4))], "", 2, 3)
        (4, 1)
    """
    for stage in found:
        if stage.name != name or not stage.lines:
            continue
        begin = stage.begins or stage.lines[0]
        at = number - 1 - max(0, total - len(stage.lines))
        if not 0 <= at < len(stage.lines):
            return begin
        word = instruction.partition(" ")[0]
        known = stage.words[at] if stage.words else word
        # BuildKit says of FROM "FROM image", or nothing of an image's own
        return stage.lines[at] if word in ("", known) else begin
    return None
